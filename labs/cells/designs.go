package cells

import "github.com/crashlab/crashlab/pkg/lab"

const (
	cellCount   = 8  // cells, and workers: every design has the same machines
	shardSize   = 2  // cells of a shuffle shard
	tenantCount = 56 // 7 in each of 8 cells; 2 on each of the C(8, 2) = 28 shuffle shards
)

// shared has all machines in one pool, behind one store and one deployment. It makes the best use of
// them, and any worker can stand in for any other; so the poison of one tenant is offered to each
// worker in turn, and each takes it. Retries, which save requests from a sick worker, spread what
// makes workers sick.
var shared = lab.Design{
	Name:    "shared",
	Summary: "one cell: 8 workers and one store for everybody",
	Broken:  true,
	Build:   design{cells: 1, workers: cellCount, perTenant: 1}.build,
}

// celled has the same machines as 8 cells, each a complete service with a worker and a store of its
// own. Nothing of a cell is used by another, so nothing of it can break another; 1 tenant in 8 pays.
var celled = lab.Design{
	Name:    "cells",
	Summary: "8 cells of 1 worker and 1 store each; a tenant lives in one of them",
	Build:   design{cells: cellCount, workers: 1, perTenant: 1}.build,
}

// shuffled has the same 8 cells, and each tenant has a combination of 2 that hardly anybody else has.
// One bad tenant takes down both of its cells. A tenant with one of these goes on with its other cell; one
// with the same two loses all, which is 1 in C(8, 2) = 28. A cell that fails by itself costs nobody anything.
var shuffled = lab.Design{
	Name:    "shuffle",
	Summary: "the same 8 cells; a tenant has a shuffle shard of 2 of them",
	Build:   design{cells: cellCount, workers: 1, perTenant: shardSize}.build,
}
