// Package fault is what a change for the worse is, what it acts on, and how a schedule is written. A
// fault says what it asks for, makes the change on a [Surface], measures what came of it and takes it
// back. When to do so, whether all was well before and after, and what a missing effect means is the
// runner's (package run).
//
// The faults themselves are in rooms, one file a fault: network, process, awsapi and data. Package catalog
// lists them all. A switch is here: what it does is the design's.
package fault
