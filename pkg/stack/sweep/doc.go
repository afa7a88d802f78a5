// Package sweep lists and deletes on a stack what runs made on it, by how its names begin. It is for
// stacks that outlive a run, external and warm ones: a run asks for it on every way out, and what a
// killed run left is found by the id that its names bear (package owner).
package sweep
