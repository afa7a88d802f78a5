// Package crash turns a panic into one line and a report. A panic is a bug of this program, not a result of a
// run. Go itself would end the process with 2, which is this program's code for an unknown verdict.
package crash
