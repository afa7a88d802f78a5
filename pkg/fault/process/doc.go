// Package process contains the faults on processes and their clocks, one file per fault. They act on
// dependencies, nodes of dependencies, and instances, through [stack.Process].
package process
