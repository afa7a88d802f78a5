// Package scaffold writes the start of a lab, which passes its test as it is: a door, a table, a design that
// must fail and one that must hold. It knows no lab.
package scaffold
