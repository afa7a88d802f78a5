// Package run is the experiment: it brings the designs of a lab up side by side (in turns where the
// stack carries no more, and one by one where hours of virtual time would add up), puts load on them,
// injects the fault and measures that it acts, takes it back, lets them recover and drain, audits what
// is left and holds each history against what was expected.
//
// The runner, not the fault or the lab, owns times, health checks, evidence and revert. Four
// rules make its verdict worth something: a case without operations is unknown; a case whose fault
// was not seen to act is unknown; a case passes only if every invariant said just what was expected of
// it, be it that it holds or that it is violated; and what contradicts that is unknown where the machine
// had no time: the load generator was late, or a dependency was slow before the fault.
package run
