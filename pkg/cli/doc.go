// Package cli is the command crashlab: what its users type, and how it ends. It holds no
// knowledge of any lab; those it is given.
package cli
