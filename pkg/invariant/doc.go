// Package invariant is the checkers: pure functions from a history, read once into a [View], to
// Holds, Violated or Unknown, with evidence. A checker neither waits nor measures; what it needs, the
// history has to say. [Found] and [Undecided] make a finding, and [Predicted] holds what was measured
// against theory. An operation whose outcome is Unknown may have happened or not, and a checker accepts both.
package invariant
