package sharding

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
)

//go:embed README.md
var readme string

// Lab is the sharded key-value tier.
var Lab = lab.Spec{
	Name:   "sharding",
	Title:  "a sharded key-value tier that gains and loses a shard",
	Lesson: "A change of shards should move one shard's share of the keys; modulo placement moves most of them.",
	Diagram: `
client ─▶ router ─┬▶ shard-1 ─▶ redis
          (map)   ├▶ shard-2 ─▶ redis     a change of the map moves keys from shard to shard,
                  ├▶ shard-3 ─▶ redis     400 a second; until a key has arrived, reads of it fail
                  └▶ shard-4 ─▶ redis`,
	Workload: lab.Workload{Operation: "request", Rate: 50, Keys: keyCount, Timeout: 5 * time.Second, PerUserDay: 30, RedisPerUser: 10_000},
	Designs:  []lab.Design{withModulo, withRing, withRendezvous, withRange, withReplicas},
	Faults: []lab.Fault{
		{Name: "add-shard", Summary: "a fifth shard joins the four, under load",
			Fault: fault.Switch{Name: "add-shard", Asks: "4 shards become 5"}},
		{Name: "remove-shard", Summary: "one of the four shards is drained and leaves, under load",
			Fault: fault.Switch{Name: "remove-shard", Asks: "4 shards become 3"}},
		{Name: "hot-key", Summary: "every second request is for the same key",
			Fault: fault.Switch{Name: "hot-key", Asks: "50 % of requests for one key"}},
	},
	Invariants: []invariant.Invariant{minimal, asPredicted, available, evenKeys, evenLoad, complete},
	Picture:    picture,
	README:     readme,
}

// The invariants' names, for expectations.
const (
	minimalDisruption = "minimal-disruption"
	movedAsPredicted  = "moved-as-predicted"
	availability      = "availability"
	keyBalance        = "key-balance"
	loadBalance       = "load-balance"
	kept              = "kept"
)

const (
	holds    = invariant.Holds
	violated = invariant.Violated
)
