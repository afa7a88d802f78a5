// Package fault defines faults: the interface, what a fault acts on, and the syntax of schedules. A fault
// states what it requests, makes the change on a [Surface], measures its effect and reverts it. The runner
// (package run) decides when, checks health before and after, and judges a missing effect.
//
// The faults themselves are in the packages network, process, awsapi and data, one file per fault. Package
// catalog lists them all. A [Switch] is here: its effect belongs to the design.
package fault
