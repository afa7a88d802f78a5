//go:build race

package labtest

// judged: the race detector slows everything down several times over, and a design that can't keep
// up with its load is no longer the one of which something was predicted. With it the tests look
// for races alone.
const judged = false
