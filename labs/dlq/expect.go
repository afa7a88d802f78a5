package dlq

import "github.com/crashlab/crashlab/pkg/lab"

var (
	starved = lab.Violated(progress, latency)
	waits   = lab.Violated(latency)                             // orders wait for as long as the fault lasts
	endless = lab.Violated(latency, receives)                   // and are received all the time
	lost    = lab.Violated(progress, conservation, exactlyOnce) // an order is nowhere any more
	charged = lab.Violated(exactlyOnce, spared)                 // an order that comes again is charged again

	twice   = lab.NotJudged("an order can be two messages here, and receives are counted by order", receives)
	victims = lab.NotJudged("whether the p99 includes the two orders that wait for the visibility timeout is chance",
		latency)
	retries    = lab.NotJudged("how long the dispatcher waits between its tries is drawn by chance", latency)
	cut        = lab.NotJudged("while Kafka is cut off hardly an order is accepted", latency)
	resent     = lab.NotJudged("a retry of Kafka's producer can make an order two messages", exactlyOnce, spared)
	noRedriver = lab.Absent("it has no redriver")
)

var expectations = lab.Expectations{
	"poison":              {"dlq": lab.AllHold, "dlq-redrive": lab.AllHold, "no-keys": lab.AllHold},
	"worker-crash":        each(victims, charged),
	"crash-before-write":  each(victims),
	"crash-after-write":   each(victims, charged),
	"dispatcher-crash":    each(waits.Except(twice)),
	"crash-after-publish": each(waits.Except(twice), charged),
	"redriver-crash":      {"no-dlq": noRedriver, "dlq": noRedriver, "dlq-redrive": lab.AllHold, "no-keys": noRedriver},
	"crash-after-replay":  {"no-dlq": noRedriver, "dlq": noRedriver, "dlq-redrive": lab.AllHold, "no-keys": noRedriver},
	"lost-response":       each(retries.Except(twice), charged),
	"kafka-cut":           each(cut.Except(twice), resent),
	"redis-down":          {"no-dlq": endless, "dlq": starved, "dlq-redrive": waits, "no-keys": lab.AllHold},
	"ledger-denied":       {"no-dlq": endless, "dlq": starved, "dlq-redrive": waits, "no-keys": starved},
	"publish-denied":      each(waits),
	"duplicate":           each(twice, charged),
}

// each expects the same of every design, and more of no-keys.
func each(e lab.Expectation, noKeys ...lab.Expectation) map[string]lab.Expectation {
	return map[string]lab.Expectation{"no-dlq": e, "dlq": e, "dlq-redrive": e, "no-keys": e.Except(noKeys...)}
}
