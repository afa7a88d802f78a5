// Package lab says what a lab is: the system, the designs of it, the faults it meets, and what
// each design is expected to keep or to break. It also hands a design what it is built from: an
// [Env] with instances of services, whose clients dial through the links of the case. It does not
// run anything by itself; that is package run.
package lab
