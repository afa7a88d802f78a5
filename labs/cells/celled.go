package cells

import "github.com/crashlab/crashlab/pkg/lab"

// celled has the same machines as 8 cells, each a complete service with a worker and a store of its
// own. Nothing of a cell is used by another, so nothing of it can break another; 1 tenant in 8 pays.
var celled = lab.Design{
	Name:    "cells",
	Summary: "8 cells of 1 worker and 1 store each; a tenant lives in one of them",
	Start:   design{cells: cellCount, workers: 1, place: partition}.start,
	Expect:  everywhere(lab.Statuses{radius: holds, overlaps: holds, outOfReach: holds, conservation: holds}),
}
