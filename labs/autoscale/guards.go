package autoscale

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	pool = lab.Guard{
		Name: "warm-pool", Claim: "instances have booted before they are needed",
		Falls: lab.Falls{"step": down.Except(toTheEnd, lab.NotJudged("some retries come before the instances do", peak))},
	}
	demand = lab.Guard{
		Name: "target-tracking", Claim: "the fleet follows what is asked for, not how busy it is",
		Falls: lab.Falls{"step": collapsed, "boots-fail": collapsed},
	}
	shortQueue = lab.Guard{
		Name: "short-queue", Claim: "an instance takes no more than it can answer while the client waits",
		Falls: lab.Falls{"boots-fail": lab.Violated(goodput).Except(toTheEnd, refused,
			lab.NotJudged("what the last clients find depends on how long the queue got", recovery, peak))},
	}
	retryBudget = lab.Guard{
		Name: "retry-budget", Claim: "retries are at most a tenth of the operations, whoever is refused",
		Falls: lab.Falls{"boots-fail": lab.Violated(amplification, metastable).Except(refused,
			lab.NotJudged("those who were refused come again", drain))},
	}
)

// What falls, and what is not judged.
var (
	down      = lab.Violated(goodput, amplification, metastable, recovery)
	collapsed = down.Except(lab.Violated(scaleOut, peak), toTheEnd)

	refused  = lab.NotJudged("launches are refused", scaleOut)
	toTheEnd = lab.NotJudged("the load ends before its backlog does", drain)
	brief    = lab.NotJudged("capacity is short for too few requests to speak of a share", goodput)
	byChance = lab.NotJudged("whether clients' patience ends before the instances are replaced is chance",
		peak, drain, amplification, metastable, recovery)
)
