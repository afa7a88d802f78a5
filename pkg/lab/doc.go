// Package lab defines a lab: the system, its designs, the faults, and what each design is expected to keep or
// to break. It also gives a design what it is built from: an [Env] with instances of services, whose clients
// dial through the links of the case. It does not run anything; package run does.
package lab
