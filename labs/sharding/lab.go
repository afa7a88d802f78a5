package sharding

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/usage"
)

//go:embed README.md
var readme string

// The operations, and the switches.
const get, put = "get", "put"
const hotKey, addShard, removeShard = "hot-key", "add-shard", "remove-shard"
const crashInMove, moverCrash = "crash-in-move", "mover-crash"

// Lab is the sharded key-value tier.
var Lab = lab.Spec{
	Name:   "sharding",
	Title:  "a sharded key-value tier that gains and loses a shard",
	Lesson: "A change of shards should move one shard's share of the keys; modulo placement moves most of them.",
	Diagram: `
client ─▶ router ─┬▶ shard-1 ─▶ redis
          (map)   ├▶ shard-2 ─▶ redis     a change of the map moves keys from shard to shard,
                  ├▶ shard-3 ─▶ redis     400 a second; until a key has arrived, the old shard has it
                  └▶ shard-4 ─▶ redis`,
	Workload: lab.Workload{Operation: "request", Rate: 200, Keys: len(allKeys), Timeout: 5 * time.Second,
		PerUserDay: 30, RedisPerUser: 10_000, Mix: []load.Kind{
			{Name: get, Weight: 4, ReadOnly: true},
			{Name: get, Weight: 1, ReadOnly: true, Key: load.OneKey, During: hotKey},
			{Name: put, Weight: 4, During: crashInMove}, // while a key is hot that is what is sent instead
			{Name: put, Weight: 1},
		}},
	Designs: []lab.Design{modular, onRing, byWeight, byOrder, replicated},
	Faults: []lab.Fault{
		{Name: addShard, Summary: "a fifth shard joins the four, under load",
			Fault: fault.Switch{Name: addShard, Asks: "4 shards become 5"}},
		{Name: removeShard, Summary: "one of the four shards is drained and leaves, under load",
			Fault: fault.Switch{Name: removeShard, Asks: "4 shards become 3"}},
		{Name: crashInMove,
			Summary: "a fifth shard joins, another dies half-way through a batch, and half of requests are puts",
			Fault: fault.Switch{Name: crashInMove,
				Asks: "4 shards become 5, shard-1 dies with 20 keys half moved, 50 % of requests put"}},
		{Name: moverCrash, Summary: "a fifth shard joins, and the mover dies once it has moved a batch",
			Fault: fault.Switch{Name: moverCrash, Asks: "4 shards become 5, and the mover dies after 20 keys"}},
		{Name: hotKey, Summary: "every second request is for the same key",
			Fault: fault.Switch{Name: hotKey, Asks: "50 % of requests for one key"}},
	},
	Invariants: []invariant.Invariant{minimalDisruption, movedAsPredicted, spread, pace, inTransit, availability, writes,
		keyBalance, loadBalance, staleness, kept},
	Expect: lab.Expectations{
		addShard:    {"modulo": bad, "ring": noKeyHot, "rendezvous": noKeyHot, "range": block, "ring-replicas": noKeyHot},
		removeShard: {"modulo": bad, "ring": noKeyHot, "rendezvous": noKeyHot, "range": uneven, "ring-replicas": noKeyHot},
		crashInMove: {"modulo": bad.Except(detours), "ring": dead, "rendezvous": dead, "range": dead.Except(oneGives),
			"ring-replicas": noKeyHot.Except(detours)},
		moverCrash: {"modulo": bad, "ring": noKeyHot, "rendezvous": noKeyHot, "range": block, "ring-replicas": noKeyHot},
		hotKey:     {"modulo": hot, "ring": hot, "rendezvous": hot, "range": hot, "ring-replicas": noMove},
	},
	Picture: picture,
	README:  readme,
}

// The designs.
var (
	onRing = lab.Design{
		Name: "ring", Summary: "consistent hashing, 160 virtual nodes a shard",
		Guards: []lab.Guard{consistentHashing, virtualNodes, readOld, copyFirst, keepNewer},
		Build: func(b *lab.Builder) {
			r := ring{names: names(b.Seed), virtual: 1, copies: 1}
			if b.Guarded(virtualNodes) {
				r.virtual = pointsAShard
			}
			if b.Guarded(consistentHashing) {
				open(b, "ring", r)
			} else {
				open(b, "modulo", modulo{names: r.names})
			}
		},
	}
	// What everyone writes first: perfectly even, and four keys in five move when a fifth shard joins.
	modular = onRing.Less(lab.Design{Name: "modulo", Summary: "shard number hash mod N", Broken: true},
		consistentHashing, readOld)
	byWeight = lab.Design{
		Name: "rendezvous", Summary: "the shard with the highest hash of shard and key", Guards: onTheWay,
		Build: func(b *lab.Builder) { open(b, "rendezvous", rendezvous{names: names(b.Seed)}) },
	}
	byOrder = lab.Design{
		Name: "range", Summary: "neighboring keys together; the fullest range is split", Guards: onTheWay,
		Build: func(b *lab.Builder) { open(b, "range", ranges{keys: allKeys}) },
	}
	// A key on its way is read elsewhere, a hot one in three places, for three times the memory and writes.
	replicated = lab.Design{
		Name: "ring-replicas", Summary: "ring; a key on 3 shards, read from any",
		Footprint: usage.Footprint{Copies: enough}, Guards: []lab.Guard{replicas, copyFirst, keepNewer},
		Build: func(b *lab.Builder) {
			r := ring{names: names(b.Seed), virtual: pointsAShard, copies: 1}
			if b.Guarded(replicas) {
				r.copies = enough
			}
			open(b, "ring", r)
		},
	}
	onTheWay = []lab.Guard{readOld, copyFirst, keepNewer}
)

// What is expected of most designs.
var (
	noKeyHot = lab.NotJudged("no key is hot", loadBalance)
	oneGives = lab.NotJudged("neighbors stay together, so that one shard gives all that moves", spread)
	detours  = lab.NotJudged("a dead shard does not say that it lacks a key, and its other copies are asked more often",
		inTransit)
	noMove = lab.NotJudged("no shard joins or leaves", minimalDisruption, movedAsPredicted, spread,
		pace)
	bad    = noKeyHot.Except(lab.Violated(minimalDisruption, availability))
	block  = noKeyHot.Except(oneGives)
	uneven = noKeyHot.Except(lab.Violated(keyBalance, spread))
	dead   = noKeyHot.Except(lab.Violated(availability))
	hot    = lab.Violated(loadBalance).Except(noMove)
)
