package cells

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	walls = lab.Guard{
		Name: "walls", Claim: "a cell has workers, a store and a deployment of its own",
		Falls: lab.Falls{"poison-tenant": reaches, "store-down": reaches, "bad-deploy": reaches},
	}
	stages = lab.Guard{
		Name: "stages", Claim: "a release goes to one cell after the other, and no further than to the first that is ill",
		Falls: lab.Falls{"bad-deploy": reaches},
	}
	journal = lab.Guard{
		Name: "journal", Claim: "an event is in the cell's journal before its tenant gets an answer",
		Falls: lab.Falls{"crash-worked": lab.Violated(conservation).Except(soonBack)},
	}
	remembered = lab.Guard{
		Name: "static-stability", Claim: "the router remembers where tenants live and asks nobody while it serves",
		Falls: lab.Falls{"directory-down": strays},
	}
	combined = lab.Guard{
		Name: "combinations", Claim: "any two cells may be a tenant's, so that few tenants have the same two",
		Falls: lab.Falls{"poison-tenant": strays},
	}
	secondCell = lab.Guard{
		Name: "second-cell", Claim: "a request that one cell does not take goes to the tenant's other one",
		Falls: lab.Falls{"poison-tenant": strays, "store-down": strays, "bad-deploy": strays},
	}
	headroom = lab.Guard{
		Name: "headroom", Claim: "a cell is half busy, so that those that are left bear the load of those that are not",
		Falls: lab.Falls{"poison-tenant": lab.Violated(bystanders).Except(cascade)},
	}
)

// reaches is a fault that reaches more than the tenants of a cell.
var reaches = lab.Violated(blastRadius, bystanders)

// strays is one that also reaches others than those who have lost all of their cells.
var strays = lab.Violated(blastRadius, overlap, bystanders)

// cascade is what a longer fault makes of cells that are too busy.
var cascade = lab.NotJudged("when memory runs out depends on how long the fault is on", blastRadius, overlap)
