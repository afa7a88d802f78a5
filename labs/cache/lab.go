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
	Workload: lab.Workload{Operation: "request", Rate: 80, Keys: len(names) - 2, Timeout: patience, PerUserDay: 50,
		Mix: []load.Kind{
			{Name: reading, Weight: 11, Key: hot, ReadOnly: true},
			{Name: reading, Weight: 1, ReadOnly: true},
			{Name: reading, Weight: 6, Key: offer, ReadOnly: true},
			{Name: writing, Weight: 2, Key: offer, During: raceSwitch},
		}},
	Designs: []lab.Design{cacheAside, asideSingleFlight, cacheWriteThrough, cacheXFetch, cacheLease},
	Faults: []lab.Fault{
		{Name: "hot-expiry", Summary: "the entry that most read expires",
			Fault: fault.Switch{Name: expireSwitch, Asks: "the hot entry: 700 ms to live"}},
		{Name: "cache-dies", Summary: "Redis dies, and what comes back is empty",
			Fault: death{}},
		{Name: "race", Summary: "a product's price changes while it is being read",
			Fault: fault.Switch{Name: raceSwitch,
				Asks: "the offer: its entry evicted, a tenth of the requests write it"}},
	},
	Invariants: []invariant.Invariant{stampede, loads, waits, databaseLoad, blastRadius, recovery, staleness},
	Expect: lab.Expectations{
		"hot-expiry": {
			"aside":              lab.Violated(stampede, waits).Except(noWrites),
			"aside-singleflight": joined, "write-through": joined, "xfetch": noWrites, "lease": joined,
		},
		"cache-dies": {
			"aside":              lab.Violated(stampede, databaseLoad, blastRadius, recovery).Except(noCache, noWrites),
			"aside-singleflight": cacheless, "write-through": cacheless, "xfetch": cacheless, "lease": cacheless,
		},
		"race": {
			"aside":              lab.Violated(stampede, staleness).Except(noExpiry),
			"aside-singleflight": stale, "write-through": noExpiry, "xfetch": stale, "lease": noExpiry,
		},
	},
	README: readme,
}

var (
	oneLoads = lab.NotJudged("one reader loads and the others wait for it", waits)
	noCache  = lab.NotJudged("no reader can see a death coming", waits)
	noWrites = lab.NotJudged("nothing is written", staleness)
	noExpiry = lab.NotJudged("the hot entry stays", loads, waits)

	joined    = oneLoads.Except(noWrites)
	cacheless = noCache.Except(noWrites)
	stale     = lab.Violated(staleness).Except(noExpiry)
)
