// Package history is the append-only record of a case: operations, their outcomes, their effects inside the
// system, and the marks of the fault. It does not judge; package invariant does, and reads nothing else.
package history
