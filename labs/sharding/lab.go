package sharding

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

//go:embed README.md
var readme string

// The operations, and what share of them is for the hot key while it is hot.
const (
	get, put = "get", "put"
	hotKey   = "hot-key"
	hotShare = 0.5
)

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
	Workload: lab.Workload{Operation: "request", Rate: 50, Keys: len(allKeys), Timeout: 5 * time.Second, PerUserDay: 30, RedisPerUser: 10_000, Mix: []load.Kind{
		{Name: get, Weight: 4, ReadOnly: true},
		{Name: get, Weight: 5, ReadOnly: true, Key: load.OneKey, During: hotKey},
		{Name: put, Weight: 1},
	}},
	Designs: designs,
	Faults: []lab.Fault{
		{Name: addShard, Summary: "a fifth shard joins the four, under load",
			Fault: fault.Switch{Name: addShard, Asks: "4 shards become 5"}},
		{Name: removeShard, Summary: "one of the four shards is drained and leaves, under load",
			Fault: fault.Switch{Name: removeShard, Asks: "4 shards become 3"}},
		{Name: crashInMove, Summary: "a fifth shard joins, and another dies between a copy and its deletion",
			Fault: fault.Switch{Name: crashInMove, Asks: "4 shards become 5, and shard-1 dies with 20 keys copied and not deleted"}},
		{Name: hotKey, Summary: "every second request is for the same key",
			Fault: fault.Switch{Name: hotKey, Asks: "50 % of requests for one key"}},
	},
	Invariants: []invariant.Invariant{minimalDisruption, movedAsPredicted, availability, keyBalance, loadBalance, kept},
	Expect: lab.Expectations{
		addShard:    {"modulo": disruptive, "ring": sound, "rendezvous": sound, "range": sound, "ring-replicas": sound},
		removeShard: {"modulo": disruptive, "ring": sound, "rendezvous": sound, "range": sound.Except(lab.Violated(keyBalance)), "ring-replicas": sound},
		crashInMove: {"modulo": disruptive.Except(deadShard), "ring": sound.Except(deadShard), "rendezvous": sound.Except(deadShard), "range": sound.Except(deadShard), "ring-replicas": sound},
		hotKey:      {"modulo": hotShard, "ring": hotShard, "rendezvous": hotShard, "range": hotShard, "ring-replicas": lab.AllHold.Except(noMove)},
	},
	Picture: picture,
	README:  readme,
}

// What is expected of most designs.
var (
	sound      = lab.NotJudged("no key is hot", loadBalance)
	disruptive = sound.Except(lab.Violated(minimalDisruption, availability))
	deadShard  = lab.NotJudged("the keys of a dead shard can't be read either, moved or not", availability)
	noMove     = lab.NotJudged("no shard joins or leaves", minimalDisruption, movedAsPredicted, availability)
	hotShard   = lab.Violated(loadBalance).Except(noMove)
)
