// Package sweep deletes from a stack what a run made on it: everything whose name begins with the
// run's prefix. It is for stacks that outlive the run, external and warm ones; a run asks for it on
// every way out.
package sweep
