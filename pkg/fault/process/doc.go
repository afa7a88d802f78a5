// Package process is the faults on processes and their clocks, one file a fault: dependencies, nodes of
// them, and instances. What is done to a process is done by its [stack.Process].
package process
