// Package history is the append-only record of a case: operations, their outcomes, the effects
// they had inside the system, and the marks of the fault. It knows nothing of what is right or
// wrong; that is for package invariant, which reads it and nothing else.
package history
