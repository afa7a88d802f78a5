// Package backend chooses who provides the dependencies of a run, by name or, for "auto", by what
// this machine has: a warm stack, else containers where they can be had without a download, else
// the embedded ones. It is the only package that knows all the backends.
package backend
