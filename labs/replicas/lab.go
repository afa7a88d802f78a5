package replicas

import (
	_ "embed"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

//go:embed README.md
var readme string

// The operations on a profile.
const (
	reading = "read"
	writing = "write"
)

// Lab is the profile service.
var Lab = lab.Spec{
	Name:   "replicas",
	Title:  "a primary with two read replicas: stale reads, and writes that a failover loses",
	Lesson: "A replica shows the past: carry what a user has seen, and answer a write when two nodes have it.",
	Diagram: `
                    ┌─ writes ─▶ db-1, primary ── log ──▶ db-2, db-3: replicas
client ─▶ 2 apps ───┤                                        ▲
(token)             └─ reads ────────────────────────────────┘      db-supervisor: failover`,
	Workload: lab.Workload{Operation: "request", Rate: 30, Keys: 6, PerUserDay: 2,
		Mix: []load.Kind{{Name: writing, Weight: 1}, {Name: reading, Weight: 1, ReadOnly: true}}},
	Designs: []lab.Design{readAny, sessionToken, primaryAfterWrite, async},
	Faults: []lab.Fault{
		{Name: "lag", Summary: "a replica is 500 ms behind, the other 1 s", Fault: behind},
		{Name: "primary-dies", Summary: "the replicas are behind, and the primary dies; it returns", Fault: death},
		{Name: "old-primary", Summary: "the primary and an app lose all others, and return", Fault: parted},
		{Name: "half-cut", Summary: "the primary, a replica and an app lose the others and the supervisor", Fault: halved},
	},
	Invariants: []invariant.Invariant{
		ownWrites, monotonic, durability, replicated, oneHistory, staleShare, lossWindow, outage,
	},
	Expect: lab.Expectations{
		"lag":          {"session-token": calm, "primary-after-write": calm},
		"primary-dies": {"read-any": rarely, "session-token": lab.AllHold, "primary-after-write": lab.AllHold},
		"old-primary":  {"read-any": calm.Except(rarely), "session-token": calm, "primary-after-write": calm},
		"half-cut": {"read-any": calm.Except(rarely), "session-token": calm, "primary-after-write": calm,
			"async": calm.Except(soon, begun, unread)},
		lab.None: {"read-any": calm.Except(rarely), "session-token": calm, "primary-after-write": calm,
			"async": calm.Except(soon)},
	},
	README: readme,
}

// What is not judged, and why.
var (
	calm   = lab.NotJudged("no primary died", outage)
	rarely = lab.NotJudged("whether a user reads in the short time between two replicas is luck", ownWrites, monotonic,
		staleShare)
	begun = lab.NotJudged("the failover that ends the cut finds what was written a moment ago, or not",
		durability, oneHistory, lossWindow)
	soon = lab.NotJudged("whether a replica has it before the answer arrives is luck", replicated)
)
