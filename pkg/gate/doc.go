// Package gate holds back traffic, as a paused process does: single requests, or everything on a connection.
// Each frozen instance of a design and each paused dependency of the embedded stack is behind a gate.
package gate
