package cells

import "github.com/crashlab/crashlab/pkg/lab"

// shared has all machines in one pool, behind one store and one deployment. It makes the best use of
// them, and any worker can stand in for any other; so the poison of one tenant is offered to each
// worker in turn, and each takes it. Retries, which save requests from a sick worker, spread what
// makes workers sick.
var shared = lab.Design{
	Name:    "shared",
	Summary: "one cell: 8 workers and one store for everybody",
	Broken:  true,
	Start:   design{cells: 1, workers: cellCount, place: partition}.start,
	Expect: map[string]lab.Statuses{
		"poison-tenant": {radius: violated, overlaps: holds, outOfReach: violated, conservation: holds},
		"store-down":    {radius: violated, outOfReach: violated, conservation: holds},
		"bad-deploy":    {radius: violated, overlaps: holds, outOfReach: violated, conservation: holds},
	},
}
