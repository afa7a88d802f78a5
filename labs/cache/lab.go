package cache

import (
	_ "embed"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

//go:embed README.md
var readme string

// The operations on a product.
const (
	reading = "read"
	writing = "write"
)

// Lab is the catalog.
var Lab = lab.Spec{
	Name:   "cache",
	Title:  "a catalog read through a cache: stampedes, stale entries, and a database without its cache",
	Lesson: "Let one caller per key load while the rest wait, or each expiry is a stampede on the database.",
	Diagram: `
                   ┌▶ redis (entries)
client ─▶ 2 catalogs
                   └▶ database: 8 queries at once, 0.3 s each ─▶ dynamodb (products)`,
	Workload: lab.Workload{Operation: "request", Rate: 80, Keys: tail, Timeout: patience, PerUserDay: 50,
		Mix: []load.Kind{
			{Name: reading, Weight: 1, Key: hot, ReadOnly: true},
			{Name: reading, Weight: 8, ReadOnly: true, During: browseSwitch}, // else of the hot one
			{Name: reading, Weight: 2, Key: offer, ReadOnly: true, During: raceSwitch},
			{Name: reading, Weight: 1, ReadOnly: true},
			{Name: reading, Weight: 1, Key: offer, ReadOnly: true},
			{Name: reading, Weight: 5, ReadOnly: true, During: browseSwitch}, // else of the offer
			{Name: writing, Weight: 2, Key: offer, During: raceSwitch},
		}},
	Designs: []lab.Design{cacheAside, asideSingleFlight, cacheWriteThrough, cacheXFetch, cacheLease},
	Faults: []lab.Fault{
		{Name: "hot-expiry", Summary: "the entry that most read expires",
			Fault: fault.Switch{Name: expireSwitch, Asks: "the hot entry: 700 ms to live"}},
		{Name: "cache-dies", Summary: "Redis dies, and what comes back is empty", Fault: death},
		{Name: "race", Summary: "a product's price changes while it is being read", Fault: race},
		{Name: "expire-together", Summary: "what was filled in together has its time to live behind it", Fault: together},
	},
	Invariants: []invariant.Invariant{stampede, loads, waits, oneAnInstance, oneInAll, databaseLoad, blastRadius,
		recovery, warm, staleness, values, writes},
	Expect: lab.Expectations{
		"hot-expiry": {
			"aside":              lab.Violated(stampede, waits, oneAnInstance, oneInAll).Except(noWrites),
			"aside-singleflight": oneLoads.Except(perInstance, noWrites),
			"write-through":      oneLoads.Except(perInstance, noWrites),
			"xfetch":             ahead.Except(noWrites),
			"lease":              oneLoads.Except(noWrites),
		},
		"cache-dies": {
			"aside":              swamped,
			"aside-singleflight": cacheless, "write-through": cacheless, "xfetch": cacheless, "lease": cacheless,
		},
		"race": {
			"aside":              lab.Violated(stampede, staleness).Except(notExpired, crowd),
			"aside-singleflight": notExpired, "write-through": notExpired, "xfetch": notExpired, "lease": notExpired,
		},
		"expire-together": {
			"aside":              lab.Violated(databaseLoad).Except(notExpired, noWrites, longLine, rarelyTwo),
			"aside-singleflight": readAll, "write-through": readAll, "xfetch": readAll, "lease": readAll,
		},
	},
	README: readme,
}

var (
	cacheless = oneLoads.Except(noCache, noWrites)
	readAll   = notExpired.Except(noWrites, rarelyTwo)
)
