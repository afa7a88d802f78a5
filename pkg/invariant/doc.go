// Package invariant contains the checkers: pure functions from a history, read once into a [View], to Holds,
// Violated or Unknown, with evidence. A checker neither waits nor measures; the history must contain
// everything it needs. [Found] and [Undecided] make a finding, and [Predicted] compares a measurement with
// theory. An operation whose outcome is Unknown may have happened or not, and a checker accepts both.
package invariant
