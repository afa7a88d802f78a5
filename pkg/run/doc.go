// Package run is the experiment: it brings the designs of a lab up side by side, puts load on
// them, injects the fault and measures that it acts, takes it back, lets them recover and drain,
// audits what is left and holds each history against what was expected.
//
// The runner, not the fault or the lab, owns times, health checks, evidence and revert. Three
// rules make its verdict worth something: a case without operations is unknown; a case whose fault
// was not seen to act is unknown; and a case passes only if every invariant said just what was
// expected of it, be it that it holds or that it is violated.
package run
