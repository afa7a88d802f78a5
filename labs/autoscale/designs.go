package autoscale

import "github.com/crashlab/crashlab/pkg/lab"

// warmPool scales to what is asked for, out of a pool of instances that have booted already.
var warmPool = lab.Design{
	Name:    "warm-pool",
	Summary: "target tracking on requests an instance; a warm pool of 6 that have booted",
	Guards:  []lab.Guard{pool, demand},
	Build: func(b *lab.Builder) {
		by := tracking
		if !b.Guarded(demand) {
			by = simple
		}
		(&tier{limit: deep}).build(b, b.Guarded(pool), by)
	},
}

// reactive scales when instances are busy, by one that has to boot. Clients try again meanwhile.
var reactive = warmPool.Less(lab.Design{
	Name: "reactive", Broken: true,
	Summary: "one more instance when CPUs have been busy; it boots; clients retry 5 times",
}, pool, demand)

// shedding has no instance before it has booted either. Until then it does what it can do, and says no to the rest.
var shedding = lab.Design{
	Name:    "load-shedding",
	Summary: "target tracking; an instance refuses what it can't do in time; clients have a retry budget",
	Guards:  []lab.Guard{shortQueue, retryBudget},
	Build: func(b *lab.Builder) {
		t := &tier{limit: deep}
		if b.Guarded(shortQueue) {
			t.limit = shallow
		}
		if b.Guarded(retryBudget) {
			t.budget = &budget{balance: retryBurst}
		}
		t.build(b, false, tracking)
	},
}
