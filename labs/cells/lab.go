package cells

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/fault/process"
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
	Workload: lab.Workload{Operation: "event", Rate: rate, Keys: tenantCount, Rounds: true, Timeout: 5 * time.Second,
		PerUserDay: 50, RedisPerUser: 420},
	Designs: []lab.Design{shared, inCells(celled), inCells(shuffled)},
	Faults: []lab.Fault{
		{Name: "poison-tenant",
			Summary: "a tenant sends one event that every worker dies of, at once and at each restart",
			Fault:   fault.Switch{Name: poisonTenant, Asks: "one event that no worker survives, from 1 tenant of 56"}},
		{Name: "store-down", Summary: "the first cell does not reach its Redis",
			Fault: network.Cut{Link: link.Pattern{From: cellName(0), To: stack.Redis}}},
		{Name: "bad-deploy", Summary: "a release that fails every request has come as far as the first cell",
			Fault: fault.Switch{Name: badDeploy, Asks: "a release that fails every request, on the first cell"}},
		{Name: "directory-down", Summary: "the router does not reach the table that says where tenants live",
			Fault: network.Cut{Link: link.Pattern{From: "router", To: stack.AWS}}},
		{Name: "crash-journaled", Summary: "a worker dies after it has journaled an event and before it answers",
			Fault: process.CrashAt{Instance: victim, Point: journaled}},
		{Name: "crash-worked", Summary: "a worker dies after its work at an event and before that is stored",
			Fault: process.CrashAt{Instance: victim, Point: worked}},
		{Name: "crash-settled", Summary: "a worker dies after it has stored an event and cleared it from the journal",
			Fault: process.CrashAt{Instance: victim, Point: settled}},
	},
	Invariants: []invariant.Invariant{blastRadius, overlap, bystanders, conservation, readBack, asAsked},
	Expect: lab.Expectations{
		"poison-tenant":   {"cells": lab.AllHold, "shuffle": lab.AllHold},
		"store-down":      {"cells": lab.AllHold, "shuffle": lab.AllHold},
		"bad-deploy":      {"cells": lab.AllHold, "shuffle": lab.AllHold},
		"directory-down":  {"shared": lab.AllHold, "cells": lab.AllHold, "shuffle": lab.AllHold},
		"crash-journaled": {"shared": lab.AllHold, "cells": soonBack, "shuffle": lab.AllHold},
		"crash-worked":    {"shared": lab.AllHold, "cells": soonBack, "shuffle": lab.AllHold},
		"crash-settled":   {"shared": lab.AllHold, "cells": soonBack, "shuffle": lab.AllHold},
	},
	Picture: picture,
	README:  readme,
}

// soonBack is a cell that is down for a moment: which of its tenants lose a request is chance.
var soonBack = lab.NotJudged("its worker is back before all of its tenants have asked", overlap)

// victim is the first worker of the first cell, in every design.
var victim = cellName(0) + "-1"
