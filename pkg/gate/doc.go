// Package gate holds traffic back, as a process that is paused does: requests by themselves, or all that
// passes over connections. Frozen instances of a design and paused dependencies of the embedded stack are
// behind a gate each.
package gate
