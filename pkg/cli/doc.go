// Package cli is the command crashlab: its arguments, its output and its exit codes. It knows no lab itself;
// the caller provides them.
package cli
