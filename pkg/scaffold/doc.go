// Package scaffold writes the beginnings of a lab, which pass its test as they are: a door, a table, a design that
// must fail and one that must hold. It knows no lab.
package scaffold
