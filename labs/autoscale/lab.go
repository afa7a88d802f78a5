package autoscale

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

//go:embed README.md
var readme string

// The switches, which are named as their faults.
const (
	step         = "step" // of the traffic
	capacityLost = "capacity-lost"
	bootsFail    = "boots-fail" // of the traffic and of the design
)

// Lab is the request tier.
var Lab = lab.Spec{
	Name:   "autoscale",
	Title:  "a request tier under a step of traffic that instances boot too slowly for",
	Lesson: "Scaling is late by detection and boot: have instances ready or shed, or retries keep you down.",
	Diagram: `
                        ┌▶ server-1 … server-4
clients ─▶ balancer ────┤                        one request at a time, 175 ms each
   ▲ retry    │         └▶ … server-10           boots for 3 s, out of the warm pool 0.1 s
              └▶ metric, every 0.5 s ─▶ autoscaler`,
	Workload: lab.Workload{Operation: "request", Rate: 10, Timeout: tries*patience + time.Second, PerUserDay: 50,
		Mix: []load.Kind{
			{Weight: 1, ReadOnly: true},
			{Weight: 3, ReadOnly: true, During: step, Extra: true},
			{Weight: 3, ReadOnly: true, During: bootsFail, Extra: true},
		}},
	Designs: []lab.Design{reactive, warmPool, shedding},
	Faults: []lab.Fault{
		{Name: step, Summary: "four times as many requests come", Patience: patient,
			Fault: fault.Switch{Name: step, Asks: "requests: 40/s instead of 10/s"}},
		{Name: capacityLost, Summary: "three of the four instances die at once", Patience: patient,
			Fault: fault.Switch{Name: capacityLost, Asks: "3 of 4 instances: killed"}},
		{Name: bootsFail, Summary: "four times as many requests come, and no instance can be launched", Patience: patient,
			Fault: fault.Switch{Name: bootsFail, Asks: "requests: 40/s instead of 10/s, launches: refused"}},
	},
	Invariants: []invariant.Invariant{scaleOut, peak, drain, goodput, amplification, metastable, recovery},
	Expect: lab.Expectations{
		step: {
			"reactive":      collapsed,
			"warm-pool":     brief,
			"load-shedding": lab.AllHold,
		},
		capacityLost: {
			"reactive":      byChance.Except(brief),
			"warm-pool":     brief,
			"load-shedding": brief,
		},
		bootsFail: {
			"reactive":      collapsed,
			"warm-pool":     brief,
			"load-shedding": refused,
		},
	},
	Picture: picture,
	README:  readme,
}

// patient is how long a backlog may stand still while clients still retry.
const patient = 2 * time.Second
