package cache

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	oneFlight = lab.Guard{
		Name: "single-flight", Claim: "an instance loads a product once at a time, and its readers share the answer",
		Falls: lab.Falls{
			"hot-expiry": lab.Violated(stampede, oneAnInstance).Except(notAhead, perInstance, noWrites),
			"cache-dies": swamped, "race": crowded,
		},
	}
	fallbackFlight = lab.Guard{
		Name: "fallback-flight", Claim: "the readers of an instance whom no lease helps share a load",
		Falls: lab.Falls{"cache-dies": swamped, "race": crowded},
	}
	freshFlight = lab.Guard{
		Name: "fresh-flight", Claim: "a reader shares no load that began before it came",
		Falls: lab.Falls{"race": stale},
	}
	versions = lab.Guard{
		Name: "versions", Claim: "a fill never replaces what is newer, also where that has been dropped",
		Falls: lab.Falls{"race": stale},
	}
	jitter = lab.Guard{
		Name: "jitter", Claim: "what was filled together does not expire together",
		Falls: lab.Falls{"expire-together": lab.Violated(databaseLoad).Except(notExpired, noWrites, longLine, rarelyTwo)},
	}
	early = lab.Guard{
		Name: "early", Claim: "a reader recomputes an entry before it expires",
		Falls: lab.Falls{"hot-expiry": oneLoads.Except(lab.Violated(waits), perInstance, noWrites)},
	}
	leases = lab.Guard{
		Name: "lease", Claim: "one reader of all instances loads, the others look again",
		Falls: lab.Falls{"hot-expiry": lab.Violated(oneInAll).Except(oneLoads, noWrites), "race": stale},
	}
	revoke = lab.Guard{
		Name: "revoke", Claim: "a write takes away the lease, so that what was loaded before it is not filled in",
		Falls: lab.Falls{"race": stale},
	}
)

// What falls, and what is not judged.
var (
	swamped = lab.Violated(stampede, databaseLoad, blastRadius, recovery).Except(noCache, noWrites, late)
	crowded = lab.Violated(stampede).Except(notExpired, crowd)
	stale   = lab.Violated(staleness).Except(notExpired)

	noWrites    = lab.NotJudged("nothing is written", staleness, writes)
	notExpired  = lab.NotJudged("the hot entry stays", loads, waits, oneAnInstance, oneInAll)
	noCache     = lab.NotJudged("without a cache every read is a miss", waits, oneAnInstance, oneInAll)
	notAhead    = lab.NotJudged("nobody looks ahead", waits)
	perInstance = lab.NotJudged("an instance knows nothing of the other", oneInAll)
	oneLoads    = lab.NotJudged("one reader loads and the others wait for it", loads, waits)
	ahead       = lab.NotJudged("how many recompute it ahead is chance", stampede, loads, oneAnInstance, oneInAll)
	longLine    = lab.NotJudged("how long the line gets depends on how long the fault lasts",
		blastRadius, recovery, warm)
	late  = lab.NotJudged("what comes too late is filled in or not by chance", warm)
	crowd = lab.NotJudged("as many read the offer as the database can bear",
		databaseLoad, blastRadius, recovery, warm)
	rarelyTwo = lab.NotJudged("whether two want the same of many products at once is chance", stampede)
)
