// Package invariant is the checkers: pure functions from a history to Holds, Violated or Unknown,
// with evidence. A checker neither waits nor measures; what it needs, the history has to say. An
// operation whose outcome is Unknown may have happened or not, and a checker accepts both.
package invariant
