package sharding

import "github.com/crashlab/crashlab/pkg/lab"

// withRange moves the least when a shard joins, since it splits one range and leaves the others as
// full as they were; and it has one shard with twice its share when another leaves. Who wants scans
// in order of the key pays with rebalancing.
var withRange = lab.Design{
	Name:    "range",
	Summary: "neighbouring keys together; the fullest range is split",
	Start:   scheme{name: "range", copies: 1, place: func(keys, shards []string) placement { return newRanges(keys, shards) }}.start,
	Expect: map[string]lab.Statuses{
		"add-shard":    {minimalDisruption: holds, movedAsPredicted: holds, availability: holds, keyBalance: holds, kept: holds},
		"remove-shard": {minimalDisruption: holds, movedAsPredicted: holds, availability: holds, keyBalance: violated, kept: holds},
		"hot-key":      {loadBalance: violated, kept: holds},
	},
}
