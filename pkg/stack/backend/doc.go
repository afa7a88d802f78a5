// Package backend chooses the provider of a run's dependencies, by name or by "auto". auto takes a warm
// stack, else containers if they need no download, else the embedded backend. It is the only package that
// knows all the backends.
package backend
