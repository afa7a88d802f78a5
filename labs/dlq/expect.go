package dlq

import "github.com/crashlab/crashlab/pkg/lab"

var (
	again  = lab.Violated(exactlyOnce) // an order that comes again takes effect again
	twice  = lab.NotJudged("an order can be two messages here, and receives are counted by order", receives)
	crash  = lab.NotJudged("if the dead worker holds another order, that one waits for the visibility timeout", latency)
	lost   = lab.NotJudged("how long the dispatcher waits between its tries is drawn by chance", latency).Except(twice)
	cut    = lab.NotJudged("while Kafka is cut off hardly an order is accepted", latency).Except(twice)
	unsure = lab.NotJudged("a retry of Kafka's producer can make an order two messages", exactlyOnce)
	outage = lab.NotJudged("orders wait for as long as Redis is down, which may be less than the limit", latency)
)

var expectations = lab.Expectations{
	"poison": {
		"no-dlq": lab.Violated(progress, latency, receives), "dlq": lab.AllHold, "dlq-redrive": lab.AllHold,
		"no-keys": lab.AllHold,
	},
	"worker-crash":      {"no-dlq": crash, "dlq": crash, "dlq-redrive": crash, "no-keys": crash.Except(again)},
	"crash-after-write": {"no-dlq": crash, "dlq": crash, "dlq-redrive": crash, "no-keys": crash.Except(again)},
	"lost-response":     {"no-dlq": lost, "dlq": lost, "dlq-redrive": lost, "no-keys": lost.Except(again)},
	"kafka-cut":         {"no-dlq": cut, "dlq": cut, "dlq-redrive": cut, "no-keys": cut.Except(unsure)},
	"redis-down": {
		"no-dlq": outage.Except(lab.Violated(receives)), "dlq": lab.Violated(progress, latency), "dlq-redrive": outage,
		"no-keys": lab.AllHold,
	},
	"duplicate": {"no-dlq": twice, "dlq": twice, "dlq-redrive": twice, "no-keys": twice.Except(again)},
}
