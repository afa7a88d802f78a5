// Package stack describes the three dependencies of a run (AWS, Kafka, Redis): their addresses, their
// processes and the backend that provides them. A backend (embedded, containers, external) starts a [Stack].
// Nothing else in the project knows which one it was.
package stack
