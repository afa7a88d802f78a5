package monolith

import (
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

var (
	// Each module has a process, workers and tables of its own. What it needs of others it asks for over the network,
	// and no transaction spans two of them: a checkout is a saga.
	microservices = lab.Design{
		Name: "microservices", Summary: "each module is a process; a checkout is 2 calls and a saga",
		Cost: 25 * time.Millisecond, Guards: []lab.Guard{ownProcess, sagaLog}, Build: func(b *lab.Builder) {
			layout := map[string]string{catalog: catalog, cart: cart, search: search, checkout: checkout}
			if !b.Guarded(ownProcess) {
				layout = together
			}
			s := newShop(b, layout, wall{bulkheads: true})
			s.calls = true
			s.place = (&saga{shop: s, logged: b.Guarded(sagaLog)}).declare(b).place
			s.open(b)
		},
	}

	// The modules that share data stay together, and the one that is known to be a risk is apart.
	modular = lab.Design{
		Name: "modular", Summary: "two processes, search apart; in the other each module has bulkheads",
		Cost: 15 * time.Millisecond, Guards: []lab.Guard{apart, bulkheads, contained, oneTransaction},
		Build: func(b *lab.Builder) {
			layout := together
			if b.Guarded(apart) {
				layout = map[string]string{catalog: "shop", cart: "shop", checkout: "shop", search: search}
			}
			s := newShop(b, layout, wall{bulkheads: b.Guarded(bulkheads), contained: b.Guarded(contained)})
			s.place = s.reserveThenOrder
			if b.Guarded(oneTransaction) {
				s.place = s.transact
			}
			s.open(b)
		},
	}

	// One process and one pool of workers, as a framework has it out of the box.
	monolith = modular.Less(lab.Design{
		Name: "monolith", Broken: true, Summary: "one process, one pool of workers for all modules",
	}, apart, bulkheads, contained, oneTransaction)
)

// together has all modules in one process.
var together = map[string]string{catalog: "shop", cart: "shop", search: "shop", checkout: "shop"}

// What the sound designs rest on.
var (
	ownProcess = lab.Guard{
		Name: "own-process", Claim: "a module that dies takes no other with it",
		Falls: lab.Falls{"search-leaks": lab.Violated(features), "bad-deploy": lab.Violated(features)},
	}
	sagaLog = lab.Guard{
		Name: "saga-log", Claim: "a checkout is on record before its first step, so that one left half-way is undone",
		Falls: lab.Falls{"crash-in-checkout": lab.Violated(bothOrNeither)},
	}
	apart = lab.Guard{
		Name: "risk-apart", Claim: "search, which may exhaust its memory, has a process of its own",
		Falls: lab.Falls{"search-leaks": lab.Violated(features)},
	}
	bulkheads = lab.Guard{
		Name: "bulkheads", Claim: "each module has workers of its own, so that a slow one holds no others",
		Falls: lab.Falls{"slow-cart": lab.Violated(features)},
	}
	contained = lab.Guard{
		Name: "contained-panic", Claim: "a panic ends a module's request, not the process",
		Falls: lab.Falls{"bad-deploy": lab.Violated(features)},
	}
	oneTransaction = lab.Guard{
		Name: "one-transaction", Claim: "stock is taken and the order written both or neither",
		Falls: lab.Falls{"crash-in-checkout": lab.Violated(bothOrNeither).Except(oneRestart)},
	}
)
