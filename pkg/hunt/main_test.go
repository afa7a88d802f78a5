package hunt

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/data"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/usage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	holds    = invariant.Holds
	violated = invariant.Violated
)

// spec is a lab of a worker in front of Redis: "sound" claims to lose nothing, "broken" is expected to.
func spec() lab.Spec {
	loss, order, speed := invariant.Invariant{Name: "loss", Safety: true}, invariant.Invariant{
		Name: "order", Safety: true,
	}, invariant.Invariant{Name: "speed"}
	unasked := func(these ...invariant.Invariant) lab.Expectation { return lab.NotJudged("of no interest", these...) }
	return lab.Spec{
		Name: "toy",
		Designs: []lab.Design{
			{Name: "broken", Broken: true},
			{Name: "sound"},
		},
		Expect: lab.Expectations{
			"cut":    {"broken": lab.Violated(loss).Except(unasked(order, speed)), "sound": unasked(order)},
			"crash":  {"broken": lab.Violated(loss).Except(unasked(speed)), "sound": unasked(order)},
			"poison": {"sound": lab.Violated(speed).Except(unasked(loss, order))},
		},
		Faults: []lab.Fault{
			{Name: "cut", Fault: network.Cut{Link: link.Pattern{To: "redis"}}},
			{Name: "crash", Fault: process.CrashAt{Instance: "worker-1", Point: "before ack"}},
			{Name: "poison", Fault: data.Poison{OneIn: 8}},
			{Name: "rules", Fault: awsapi.Rules{Name: "file"}},
			{Name: "grow", Fault: fault.Switch{Name: "grow", Asks: "2 shards, then 3"}},
		},
		Invariants: []invariant.Invariant{loss, order, speed},
	}
}

// plain is a case as a run of the design gives it.
func plain(design string) run.Case {
	return run.Case{
		Design:    design,
		Verdict:   run.Pass,
		Fault:     run.Injection{State: run.Installed},
		Instances: []string{"worker-2", "worker-1", "intake"},
		Links: []string{
			"client→intake", "intake→kafka-1", "worker-1→aws", "worker-1→redis", "worker-2→redis", "mover→redis",
		},
		Usage: usage.Counts{
			{Service: "sqs", Operation: "SendMessageBatch"}:         {Requests: 1},
			{Service: "sqs", Operation: "SendMessage by others"}:    {Requests: 1},
			{Service: "dynamodb", Operation: "PutItem", Idle: true}: {Requests: 1},
			{Service: "redis", Operation: "set"}:                    {Requests: 1},
		},
		Invariants: []run.Judgement{{Name: "loss", Expected: holds, Got: holds}},
	}
}
