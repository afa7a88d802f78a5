package monolith

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

//go:embed README.md
var readme string

// Lab is the shop.
var Lab = lab.Spec{
	Name:   "monolith",
	Title:  "a shop of four modules, one of which fails",
	Lesson: "Modules that share a process share its death; walls cost calls, and a checkout its transaction.",
	Diagram: `
clients ───▶ catalog · cart · search · checkout ─▶ dynamodb     monolith:      1 process
                ▲        ▲              │                       microservices: 4 processes
                └────────┴──── needs ───┘                       modular:       2, search apart`,
	Workload: lab.Workload{
		Operation: "request", Rate: 80, ContainerRate: 12, Keys: 60, Rounds: true, Timeout: patience, PerUserDay: 10,
		Mix: []load.Kind{
			{Name: catalog, Weight: 1, ReadOnly: true}, {Name: search, Weight: 1, ReadOnly: true},
			{Name: cart, Weight: 1}, {Name: checkout, Weight: 1},
		},
	},
	Designs: []lab.Design{monolith, microservices, modular},
	Faults: []lab.Fault{
		{Name: "search-leaks", Summary: "each search keeps memory, and the process is killed when it has none left",
			Fault: fault.Switch{Name: leaks, Asks: "search: memory for 3 more requests of its process"}},
		{Name: "slow-cart", Summary: "the cart takes 1.2 s for each request, which nobody waits for",
			Fault: fault.Switch{Name: slow, Asks: "cart: 1.2 s for each request"}, Patience: 2 * time.Second},
		{Name: "bad-deploy", Summary: "a release of the catalog panics at each request",
			Fault: fault.Switch{Name: panics, Asks: "catalog: a panic at each request"}},
		{Name: "crash-in-checkout", Summary: "the process dies between taking stock and writing the order",
			Fault:    fault.Switch{Name: dies, Asks: "checkout: its process dies once, within a checkout"},
			Patience: 3 * time.Second},
		{Name: "flaky-calls", Summary: "1 call in 5 between services gets lost",
			Fault: fault.Switch{Name: flaky, Asks: "calls between services: 20 % get lost"}, Patience: 3 * time.Second},
	},
	Invariants: []invariant.Invariant{features, tax, serial, bothOrNeither, orders, asAsked},
	Expect: lab.Expectations{
		"search-leaks": {"monolith": allHarmed, "microservices": lab.AllHold, "modular": lab.AllHold},
		"slow-cart":    {"monolith": allHarmed, "microservices": lab.AllHold, "modular": lab.AllHold},
		"bad-deploy":   {"monolith": allHarmed, "microservices": lab.AllHold, "modular": lab.AllHold},
		"crash-in-checkout": {
			"monolith": lab.Violated(bothOrNeither).Except(oneRestart), "microservices": lab.AllHold, "modular": oneRestart,
		},
		"flaky-calls": {"monolith": noCalls, "microservices": lab.AllHold, "modular": noCalls},
	},
	README: readme,
}

var (
	allHarmed = lab.Violated(features).Except(lab.NotJudged(
		"whether a checkout is between its two writes when its process dies or its client leaves is chance", bothOrNeither))
	oneRestart = lab.NotJudged("how many requests of each feature one restart loses is chance", features)
	noCalls    = lab.Absent("no call leaves its process")
)
