// Package sweep lists and deletes what runs made on a stack, by the prefix of its names. It is for stacks
// that outlive a run: external and warm ones. A run calls it on every way out. What a killed run left is
// found by the ID in its names (package owner).
package sweep
