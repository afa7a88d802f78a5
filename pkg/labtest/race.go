//go:build race

package labtest

// judged is false: the race detector slows everything down several times, and a design that can't keep up
// with its load is no longer the one that the prediction is about. Tests then only look for races.
const judged = false
