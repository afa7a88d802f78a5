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

// The operations, and the switches.
const get, put = "get", "put"
const hotKey, addShard, removeShard, crashInMove = "hot-key", "add-shard", "remove-shard", "crash-in-move"

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
	Workload: lab.Workload{Operation: "request", Rate: 50, Keys: len(allKeys), Timeout: 5 * time.Second,
		PerUserDay: 30, RedisPerUser: 10_000, Mix: []load.Kind{
			{Name: get, Weight: 4, ReadOnly: true},
			{Name: get, Weight: 5, ReadOnly: true, Key: load.OneKey, During: hotKey},
			{Name: put, Weight: 1},
		}},
	Designs: []lab.Design{
		// What everyone writes first: perfectly even, and four keys in five move when a fifth shard joins.
		placedBy("modulo", "shard number hash mod N", modulo{}),
		placedBy("ring", "consistent hashing, 160 virtual nodes a shard", ring{virtual: virtualNodes, copies: 1}),
		placedBy("rendezvous", "the shard with the highest hash of shard and key", rendezvous{}),
		placedBy("range", "neighboring keys together; the fullest range is split", ranges{keys: allKeys}),
		// A key on its way is read elsewhere, a hot one in three places, for three times the memory and writes.
		replicated(placedBy("ring-replicas", "ring; a key on 3 shards, read from any",
			ring{virtual: virtualNodes, copies: copies})),
	},
	Faults: []lab.Fault{
		{Name: addShard, Summary: "a fifth shard joins the four, under load",
			Fault: fault.Switch{Name: addShard, Asks: "4 shards become 5"}},
		{Name: removeShard, Summary: "one of the four shards is drained and leaves, under load",
			Fault: fault.Switch{Name: removeShard, Asks: "4 shards become 3"}},
		{Name: crashInMove, Summary: "a fifth shard joins, and another dies between a copy and its deletion",
			Fault: fault.Switch{Name: crashInMove,
				Asks: "4 shards become 5, and shard-1 dies with 20 keys copied and not deleted"}},
		{Name: hotKey, Summary: "every second request is for the same key",
			Fault: fault.Switch{Name: hotKey, Asks: "50 % of requests for one key"}},
	},
	Invariants: []invariant.Invariant{minimalDisruption, movedAsPredicted, availability, keyBalance, loadBalance, kept},
	Expect: lab.Expectations{
		addShard:    {"modulo": bad, "ring": sound, "rendezvous": sound, "range": sound, "ring-replicas": sound},
		removeShard: {"modulo": bad, "ring": sound, "rendezvous": sound, "range": uneven, "ring-replicas": sound},
		crashInMove: {"modulo": worse, "ring": halted, "rendezvous": halted, "range": halted, "ring-replicas": sound},
		hotKey:      {"modulo": hot, "ring": hot, "rendezvous": hot, "range": hot, "ring-replicas": noMove},
	},
	Picture: picture,
	README:  readme,
}

// What is expected of most designs.
var (
	sound  = lab.NotJudged("no key is hot", loadBalance)
	bad    = sound.Except(lab.Violated(minimalDisruption, availability))
	uneven = sound.Except(lab.Violated(keyBalance))
	halted = sound.Except(dead)
	worse  = bad.Except(dead)
	dead   = lab.NotJudged("the keys of a dead shard can't be read either, moved or not", availability)
	noMove = lab.NotJudged("no shard joins or leaves", minimalDisruption, movedAsPredicted, availability)
	hot    = lab.Violated(loadBalance).Except(noMove)
)
