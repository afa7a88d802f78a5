// Package stack is the three dependencies of a run (AWS, Kafka, Redis): where they answer, how a
// fault gets hold of their processes, and who provides them. A backend (embedded, containers,
// external) starts a [Stack]; nothing else in the project knows which one it was.
package stack
