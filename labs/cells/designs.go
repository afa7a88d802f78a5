package cells

import (
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/usage"
)

const (
	cellCount   = 8  // cells, and workers: every design has the same machines
	shardSize   = 2  // cells of a shuffle shard
	tenantCount = 56 // 7 in each of 8 cells; 2 on each of the C(8, 2) = 28 shuffle shards
	rate        = 150

	eventWork = 50 * time.Millisecond // that it takes to process an event
	lanes     = 2                     // events that a worker processes at a time, where there is headroom
	memory    = 12                    // events that a worker has room for beside those; of one more it dies
)

// celled has the machines as 8 cells. Nothing of a cell is used by another, so nothing of it can break another.
var celled = lab.Design{
	Name:    "cells",
	Summary: "8 cells of 1 worker and 1 store each; a tenant lives in one of them",
	Guards:  []lab.Guard{walls, stages, journal, remembered},
	Build:   func(b *lab.Builder) { build(b, 1) },
}

// shared has all machines in one pool, behind one store and one deployment. Any worker can stand in for any other, so
// that retries, which save requests from a sick worker, spread what makes workers sick.
var shared = celled.Less(lab.Design{
	Name:    "shared",
	Summary: "one cell: 8 workers and one store for everybody",
	Broken:  true,
}, walls)

// shuffled gives each tenant 2 of the same 8 cells. A bad tenant takes down both of its own: who has one of these goes
// on with its other cell, and 1 in C(8, 2) = 28 has the same two. A cell that fails by itself costs nobody a request.
var shuffled = lab.Design{
	Name:    "shuffle",
	Summary: "the same 8 cells; a tenant has a shuffle shard of 2 of them",
	Guards:  []lab.Guard{combined, secondCell, headroom, stages, journal},
	Build:   func(b *lab.Builder) { build(b, shardSize) },
}

// inCells is a design whose cells each have machines of their own. That one carries 5,000 events/s is the assumption
// of the README.
func inCells(d lab.Design) lab.Design {
	d.Footprint = usage.Footprint{Cells: usage.CellPlan{Least: cellCount, Each: 5000, Role: "cell-*"}}
	return d
}
