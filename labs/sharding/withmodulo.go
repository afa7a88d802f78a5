package sharding

import "github.com/crashlab/crashlab/pkg/lab"

// withModulo is what everyone writes first. It is perfectly even, and it moves four keys in five when
// there is one shard more.
var withModulo = lab.Design{
	Name:    "modulo",
	Summary: "shard number hash mod N",
	Broken:  true,
	Start:   scheme{name: "modulo", copies: 1, place: func(_, shards []string) placement { return modulo(shards) }}.start,
	Expect: map[string]lab.Statuses{
		"add-shard":    {minimalDisruption: violated, movedAsPredicted: holds, availability: violated, keyBalance: holds, kept: holds},
		"remove-shard": {minimalDisruption: violated, movedAsPredicted: holds, availability: violated, keyBalance: holds, kept: holds},
		"hot-key":      {loadBalance: violated, kept: holds},
	},
}
