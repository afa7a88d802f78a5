// Package crash makes of a panic, which is a mistake of this program and nothing that a run has
// shown, one line and a report. Go itself would end the process with 2, which is this program's code
// for an unknown verdict.
package crash
