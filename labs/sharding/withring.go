package sharding

import "github.com/crashlab/crashlab/pkg/lab"

// withRing is consistent hashing with virtual nodes, as Dynamo, Cassandra and memcached clients have
// it. One key is still on one shard: hashing spreads keys, not their load.
var withRing = lab.Design{
	Name:    "ring",
	Summary: "consistent hashing, 160 virtual nodes a shard",
	Start:   scheme{name: "ring", copies: 1, place: func(_, shards []string) placement { return newRing(shards, virtualNodes, 1) }}.start,
	Expect: map[string]lab.Statuses{
		"add-shard":    {minimalDisruption: holds, movedAsPredicted: holds, availability: holds, keyBalance: holds, kept: holds},
		"remove-shard": {minimalDisruption: holds, movedAsPredicted: holds, availability: holds, keyBalance: holds, kept: holds},
		"hot-key":      {loadBalance: violated, kept: holds},
	},
}
