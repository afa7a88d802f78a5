package ratelimit

import "github.com/crashlab/crashlab/pkg/lab"

// designs are the same API behind another limiter each. The first two are broken, the next two have no plan for a
// Redis that fails: they wait as long as its client does. The last three are token-bucket with such a plan.
var designs = []lab.Design{
	limitedBy(fixedWindow, "fixed-window", "a counter in Redis for each window of the clock"),
	limitedBy(localOnly, "local-only", "each instance limits what it sees itself"),
	limitedBy(tokenBucket, "token-bucket", "a bucket of tokens in Redis, by one script and by Redis' clock"),
	limitedBy(slidingWindow, "sliding-window", "a log of what passed in Redis, by one script and by Redis' clock"),
	limitedBy(failOpen, "fail-open", "token-bucket; everything passes when Redis does not answer within 50 ms"),
	limitedBy(failClosed, "fail-closed", "token-bucket; nothing passes when Redis does not answer within 50 ms"),
	limitedBy(failLocal, "fail-local",
		"token-bucket; a third of the limit in each instance when Redis does not answer within 50 ms"),
}

var expect = lab.Expectations{
	"edge-burst": {
		"fixed-window": lab.Violated(limitKept).Except(clocksAgree),
		"local-only":   unlimited,
		"token-bucket": lab.AllHold, "sliding-window": lab.AllHold, "fail-closed": lab.AllHold,
		"fail-open":  openWhenLate,
		"fail-local": twoCounts,
	},
	"redis-cut": {
		"fixed-window": lab.Violated(available).Except(steady, clocksAgree, noBurst),
		"local-only":   unlimited.Except(noBurst),
		"token-bucket": down, "sliding-window": down, "fail-closed": down,
		"fail-open":  unlimited.Except(noBurst),
		"fail-local": twoCounts.Except(noBurst),
	},
	"redis-slow": {
		"fixed-window": lab.Violated(quick).Except(steady, clocksAgree, noBurst),
		"local-only":   unlimited.Except(noBurst),
		"token-bucket": slow, "sliding-window": slow, "fail-closed": down,
		"fail-open":  unlimited.Except(noBurst),
		"fail-local": twoCounts.Except(noBurst),
	},
	"clock-skew": {
		"fixed-window": lab.Violated(limitKept, clockWindow).Except(clocksAgree, noBurst),
		"local-only":   unlimited.Except(noBurst),
		"token-bucket": noBurst, "sliding-window": noBurst, "fail-closed": noBurst,
		"fail-open":  openWhenLate.Except(noBurst),
		"fail-local": twoCounts.Except(noBurst),
	},
}

var (
	unlimited = lab.Violated(limitKept, clockWindow, bounded)
	down      = lab.Violated(available).Except(noBurst)
	slow      = lab.Violated(quick).Except(noBurst)

	noBurst      = lab.NotJudged("no tenant sends a burst", worst)
	steady       = lab.NotJudged("steady traffic passes the limit at some edges and not at others", limitKept)
	clocksAgree  = lab.NotJudged("two limits bound it only while all clocks agree", bounded)
	openWhenLate = lab.NotJudged("it opens whenever Redis answers late, as on a busy machine",
		limitKept, clockWindow, worst, bounded)
	twoCounts = lab.NotJudged("where Redis answers late, Redis and an instance may both let the limit pass",
		limitKept, clockWindow, worst)
)
