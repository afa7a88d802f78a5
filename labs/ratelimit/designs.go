package ratelimit

import "github.com/crashlab/crashlab/pkg/lab"

// designs are the same API behind another limiter each. The first two are broken: they are sliding-window without
// what makes it exact. The next two have no plan for a Redis that fails: they wait as long as its client does. The
// last three are token-bucket with such a plan.
var designs = []lab.Design{
	sliding(anyWindow, redisClock).Less(lab.Design{Name: "fixed-window", Broken: true,
		Summary: "a counter in Redis for each window of the clock, by the instance's clock"}, anyWindow, redisClock),
	sliding(sharedCount).Less(lab.Design{Name: "local-only", Broken: true,
		Summary: "each instance limits what it sees itself"}, sharedCount),
	limited(lab.Design{Name: "token-bucket",
		Summary: "a bucket of tokens in Redis, by one script and by Redis' clock",
		Guards:  []lab.Guard{sharedCount, oneScript, redisClock}}, tokenBucket),
	sliding(sharedCount, anyWindow, oneScript, redisClock),
	limited(lab.Design{Name: "fail-open",
		Summary: "token-bucket; everything passes when Redis does not answer within 50 ms",
		Guards:  []lab.Guard{timeOut, breaking(unlimited), ownAnswer}}, failOpen),
	limited(lab.Design{Name: "fail-closed",
		Summary: "token-bucket; nothing passes when Redis does not answer within 50 ms",
		Guards:  []lab.Guard{timeOut, breaking(down)}}, failClosed),
	limited(lab.Design{Name: "fail-local",
		Summary: "token-bucket; a third of the limit in each instance when Redis does not answer within 50 ms",
		Guards:  []lab.Guard{timeOut, breaking(twoCounts.Except(uneven)), ownAnswer, localShare}}, failLocal),
}

// sliding is sliding-window, of whose guards these can be switched off.
func sliding(guards ...lab.Guard) lab.Design {
	return limited(lab.Design{Name: "sliding-window",
		Summary: "a log of what passed in Redis, by one script and by Redis' clock", Guards: guards}, slidingWindow)
}

var expect = lab.Expectations{
	"edge-burst": {
		"fixed-window": lab.Violated(limitKept).Except(clocksAgree),
		"local-only":   alone,
		"token-bucket": lab.AllHold, "sliding-window": lab.AllHold, "fail-closed": lab.AllHold,
		"fail-open":  openWhenLate,
		"fail-local": twoCounts,
	},
	"redis-cut": {
		"fixed-window": down.Except(steadyTraffic, clocksAgree),
		"local-only":   alone.Except(noBurst),
		"token-bucket": down, "sliding-window": down, "fail-closed": down,
		"fail-open":  unlimited.Except(noBurst),
		"fail-local": twoCounts.Except(noBurst, uneven),
	},
	"redis-slow": {
		"fixed-window": slow.Except(steadyTraffic, clocksAgree),
		"local-only":   alone.Except(noBurst),
		"token-bucket": slow, "sliding-window": slow, "fail-closed": down,
		"fail-open":  unlimited.Except(noBurst),
		"fail-local": twoCounts.Except(noBurst, uneven),
	},
	"clock-skew": {
		"fixed-window": lab.Violated(limitKept, clockWindow).Except(clocksAgree, noBurst),
		"local-only":   alone.Except(noBurst),
		"token-bucket": noBurst, "sliding-window": noBurst, "fail-closed": noBurst,
		"fail-open":  openWhenLate.Except(noBurst),
		"fail-local": twoCounts.Except(noBurst),
	},
	lab.None: {"fixed-window": steadyTraffic, "local-only": alone, "fail-open": openWhenLate, "fail-local": twoCounts},
}

var (
	alone = lab.Regardless("each of three instances lets the whole limit pass, fault or not",
		limitKept, clockWindow, bounded)
	unlimited = lab.Violated(limitKept, clockWindow, bounded)
	down      = lab.Violated(available, nearLimit).Except(noBurst)
	slow      = lab.Violated(quick).Except(noBurst, bunched)

	noBurst       = lab.NotJudged("no tenant sends a burst", worst)
	steadyTraffic = lab.NotJudged("steady traffic passes the limit at some edges and not at others", limitKept)
	clocksAgree   = lab.NotJudged("two limits bound it only while all clocks agree", bounded)
	openWhenLate  = lab.NotJudged("it opens whenever Redis answers late, as on a busy machine",
		limitKept, clockWindow, bounded)
	twoCounts = lab.NotJudged("where Redis answers late, Redis and an instance may both let the limit pass",
		limitKept, clockWindow)
	bunched = lab.NotJudged("a new connection's handshake is late too, so that what came evenly is decided in bunches",
		nearLimit)
	uneven = lab.NotJudged("chance gives some instance more of the tenant's requests than its share of the limit",
		nearLimit)
)
