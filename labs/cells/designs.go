package cells

import (
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/usage"
)

const (
	cellCount   = 8  // cells, and workers: every design has the same machines
	shardSize   = 2  // cells of a shuffle shard
	tenantCount = 56 // 7 in each of 8 cells; 2 on each of the C(8, 2) = 28 shuffle shards
)

// shared has all machines in one pool, behind one store and one deployment. Any worker can stand in for any other, so
// that retries, which save requests from a sick worker, spread what makes workers sick.
var shared = lab.Design{
	Name:    "shared",
	Summary: "one cell: 8 workers and one store for everybody",
	Broken:  true,
	Build:   design{cells: 1, perTenant: 1}.build,
}

// celled has the same machines as 8 cells. Nothing of a cell is used by another, so nothing of it can break another.
var celled = lab.Design{
	Name:    "cells",
	Summary: "8 cells of 1 worker and 1 store each; a tenant lives in one of them",
	Build:   design{cells: cellCount, perTenant: 1}.build,

	Footprint: footprint,
}

// shuffled gives each tenant 2 of the same 8 cells. A bad tenant takes down both of its own: who has one of these goes
// on with its other cell, and 1 in C(8, 2) = 28 has the same two. A cell that fails by itself costs nobody a request.
var shuffled = lab.Design{
	Name:    "shuffle",
	Summary: "the same 8 cells; a tenant has a shuffle shard of 2 of them",
	Build:   design{cells: cellCount, perTenant: shardSize}.build,

	Footprint: footprint,
}

// footprint is of designs with cells. That one carries 5,000 events/s is the assumption of the README.
var footprint = usage.Footprint{Cells: usage.CellPlan{Least: cellCount, Each: 5000, Role: "cell-*"}}
