package cells

import "github.com/crashlab/crashlab/pkg/lab"

// shuffled has the same 8 cells, and each tenant has a combination of 2 that hardly anybody else has.
// One bad tenant takes down both of its cells; another who has one of them goes on with its other. Only
// who has the same two loses all: 1 in C(8, 2) = 28. A cell that fails by itself costs nobody anything.
var shuffled = lab.Design{
	Name:    "shuffle",
	Summary: "the same 8 cells; a tenant has a shuffle shard of 2 of them",
	Start: design{cells: cellCount, workers: 1, place: func(tenants []string, cells int, seed uint64) placement {
		return shuffleShards(tenants, cells, shardSize, seed)
	}}.start,
	Expect: everywhere(lab.Statuses{radius: holds, overlaps: holds, outOfReach: holds, conservation: holds}),
}
