package cells

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

//go:embed README.md
var readme string

// Lab is the cell-based service.
var Lab = lab.Spec{
	Name:   "cells",
	Title:  "a multi-tenant service that meets one bad tenant",
	Lesson: "Cells cap a bad tenant's blast radius at one cell's share; shuffle sharding makes it smaller still.",
	Diagram: `
56 tenants ─▶ router ─┬▶ cell-1: worker ─▶ redis (its own namespace)
                │     ├▶ cell-2: worker ─▶ redis        shared: 1 cell with all 8 workers
      dynamodb ─┘     │   …                             cells:  8 cells, a tenant has 1 of them
     (directory)      └▶ cell-8: worker ─▶ redis        shuffle: 8 cells, a tenant has 2 of them`,
	Workload: lab.Workload{Operation: "event", Rate: 75, Keys: tenantCount, Rounds: true, Timeout: 5 * time.Second, PerUserDay: 50, RedisPerUser: 420},
	Designs:  []lab.Design{shared, celled, shuffled},
	Faults: []lab.Fault{
		{Name: "poison-tenant", Summary: "a tenant sends one event that every worker dies of, at once and at each restart",
			Fault: fault.Switch{Name: poisonTenant, Asks: "one event that no worker survives, from 1 tenant of 56"}},
		{Name: "store-down", Summary: "the first cell does not reach its Redis",
			Fault: network.Cut{Link: link.Pattern{From: cellName(0), To: stack.Redis}}},
		{Name: "bad-deploy", Summary: "a release that fails every request has come as far as the first cell",
			Fault: fault.Switch{Name: badDeploy, Asks: "a release that fails every request, on the first cell"}},
	},
	Invariants: []invariant.Invariant{
		blastRadius,
		overlap(0.05),
		bystanders(cellCount, 1.1, 3*time.Second),
		invariant.Conservation(invariant.Flow{Operation: "event", Done: stored, InFlight: pending}),
	},
	Picture: picture,
	README:  readme,
}

// The invariants' names, for expectations.
const (
	radius       = "blast-radius"
	overlaps     = "overlap"
	outOfReach   = "bystanders"
	conservation = "conservation"
)

const (
	holds    = invariant.Holds
	violated = invariant.Violated
)

// everywhere expects the same under every fault: what a design's blast radius is does not depend on
// what has gone off.
func everywhere(e lab.Statuses) map[string]lab.Statuses {
	return map[string]lab.Statuses{"poison-tenant": e, "store-down": e, "bad-deploy": e}
}
