package hotpartition

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	suffixes = lab.Guard{
		Name: "suffixes", Claim: "a product's count is spread over 20 partition keys",
		Falls: lab.Falls{"celebrity": lab.Violated(served).Except(noList)},
	}
	gather = lab.Guard{
		Name: "gather", Claim: "a reader sums up all of a product's counters",
		Falls: lab.Falls{"celebrity": lab.Violated(reads).Except(noList)},
	}
	oneTry = lab.Guard{
		Name: "one-try", Claim: "an addition whose answer is lost is not repeated by the SDK",
		Falls: lab.Falls{"lost-response": lab.Violated(notTwice).Except(readsToo, noList)},
	}
	seeded = lab.Guard{
		Name: "seeded", Claim: "a count that Redis has lost begins again with the table's",
		Falls: lab.Falls{"redis-dies": lab.Violated(lost).Except(memory, noTableRead, noList)},
	}
	flushed = lab.Guard{
		Name: "flush", Claim: "a change of a count is in the table within 0.2 s",
		Falls: lab.Falls{"redis-dies": lab.Violated(lost).Except(noWrite, memory, noTableRead, noList)},
	}
	absolute = lab.Guard{
		Name: "absolute", Claim: "the flusher writes the count itself, so that to repeat it changes nothing",
		Falls: lab.Falls{"lost-response": lab.Violated(notTwice).Except(readsToo, noTableRead, noList)},
	}
	sparseKey = lab.Guard{
		Name: "sparse", Claim: "only what is looked for has the index's key",
		Falls: lab.Falls{"celebrity": lab.Violated(served).Except(noCount)},
	}
	orderKey = lab.Guard{
		Name: "order-key", Claim: "the table's partition key is the order's own ID",
		Falls: lab.Falls{"celebrity": lab.Violated(served).Except(noCount)},
	}
)

// What is not judged.
var (
	noList      = lab.NotJudged("it keeps no list", worklist)
	noCount     = lab.NotJudged("it counts nothing", reads, readCost)
	noTableRead = lab.NotJudged("Redis answers its reads", readCost)
	memory      = lab.NotJudged("what Redis has lost is missing from what is read, too", reads)
	noWrite     = lab.NotJudged("whether anything is written while the fault is on is chance", hotKey)
	readsToo    = lab.NotJudged("an order that is counted twice is read twice", reads)
)
