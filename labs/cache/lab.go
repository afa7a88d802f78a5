package cache

import (
	_ "embed"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
)

//go:embed README.md
var readme string

const operation = "request"

// Lab is the catalogue.
var Lab = lab.Spec{
	Name:   "cache",
	Title:  "a catalogue read through a cache: stampedes, stale entries, and a database without its cache",
	Lesson: "Let one caller per key load while the rest wait, or each expiry is a stampede on the database.",
	Diagram: `
                     ┌▶ redis (entries)
client ─▶ 2 catalogues
                     └▶ database: 8 queries at once, 0.3 s each ─▶ dynamodb (products)`,
	Workload: lab.Workload{Operation: operation, Rate: 80, Keys: tail, PerUserDay: 50},
	Designs:  []lab.Design{cacheAside, asideSingleFlight, cacheWriteThrough, cacheXFetch, cacheLease},
	Faults: []lab.Fault{
		{Name: "hot-expiry", Summary: "the entry that most read expires",
			Fault: fault.Switch{Name: expireSwitch, Asks: "the hot entry: 700 ms to live"}},
		{Name: "cache-dies", Summary: "Redis dies, and what comes back is empty",
			Fault: death{}},
		{Name: "race", Summary: "a product's price changes while it is being read",
			Fault: fault.Switch{Name: stormSwitch, Asks: "a tenth of the requests change one product's price"}},
	},
	Invariants: []invariant.Invariant{
		noStampede,
		hotLoads,
		noWaits,
		boundedDatabaseLoad,
		recovers,
		invariant.Staleness(invariant.Registers{Read: reading, Write: writing, Initial: initial}, 0),
	},
	README: readme,
}

// The invariants' names, for expectations.
const (
	stampede     = "stampede"
	loads        = "loads"
	waits        = "waits"
	databaseLoad = "database-load"
	recovery     = "recovery"
	staleness    = "staleness"
)

const (
	holds    = invariant.Holds
	violated = invariant.Violated
)
