// Package run is the experiment. It starts the designs of a lab, puts load on them, injects the fault and
// measures that it acts, reverts it, lets the designs recover and drain, audits what is left, and compares
// each history with the expectations. Designs run side by side, or in turns if the stack or the processors carry no
// more, or one by one if hours of virtual time would add up.
//
// The runner, not the fault or the lab, owns times, health checks, evidence and revert. Four rules make its
// verdict worth something. A case without operations is unknown. A case whose fault was not seen to act is
// unknown. A case passes only if every invariant did what was expected of it, to hold or to be violated. A
// contradiction is unknown if the machine had no time: the load generator or an echo was late, or a dependency slow
// before the fault.
package run
