package sharding

import "github.com/crashlab/crashlab/pkg/lab"

// withRendezvous needs no table and no virtual nodes for the ring's guarantees, and a hash a shard
// for each lookup.
var withRendezvous = lab.Design{
	Name:    "rendezvous",
	Summary: "the shard with the highest hash of shard and key",
	Start:   scheme{name: "rendezvous", copies: 1, place: func(_, shards []string) placement { return rendezvous(shards) }}.start,
	Expect: map[string]lab.Statuses{
		"add-shard":    {minimalDisruption: holds, movedAsPredicted: holds, availability: holds, keyBalance: holds, kept: holds},
		"remove-shard": {minimalDisruption: holds, movedAsPredicted: holds, availability: holds, keyBalance: holds, kept: holds},
		"hot-key":      {loadBalance: violated, kept: holds},
	},
}
