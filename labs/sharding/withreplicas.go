package sharding

import "github.com/crashlab/crashlab/pkg/lab"

// copies is on how many shards ring-replicas has each key.
const copies = 3

// withReplicas has each key on the next three shards of the ring, reads any and writes all. A key on
// its way is read elsewhere, and a hot one is read in three places: three times the memory and the
// writes are what that costs.
var withReplicas = lab.Design{
	Name:    "ring-replicas",
	Summary: "ring; a key on 3 shards, read from any",
	Start:   scheme{name: "ring-replicas", copies: copies, place: func(_, shards []string) placement { return newRing(shards, virtualNodes, copies) }}.start,
	Expect: map[string]lab.Statuses{
		"add-shard":    {minimalDisruption: holds, movedAsPredicted: holds, availability: holds, keyBalance: holds, kept: holds},
		"remove-shard": {minimalDisruption: holds, movedAsPredicted: holds, availability: holds, keyBalance: holds, kept: holds},
		"hot-key":      {loadBalance: holds, kept: holds},
	},
}
