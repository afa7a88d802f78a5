package gateway

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
)

//go:embed README.md
var readme string

// Lab is microservices behind an API gateway.
var Lab = lab.Spec{
	Name:   "gateway",
	Title:  "microservices behind an API gateway, one of which becomes slow",
	Lesson: "Retries multiply layer by layer; a budget and a circuit breaker contain one slow service.",
	Diagram: `
clients ─▶ gateway ─┬▶ checkout ─▶ pricing ─▶ inventory ─▶ redis
                    └▶ profile ─▶ redis`,
	Workload: lab.Workload{Operation: "request", Rate: 28, Timeout: patience, PerUserDay: 20, Keys: products, Rounds: true,
		Mix: []load.Kind{
			{Name: profile, Weight: 1, ReadOnly: true},
			{Name: checkout, Weight: 3, ReadOnly: true},
		}},
	Designs: []lab.Design{naive, guarded},
	Faults: []lab.Fault{
		{Name: "slow-dependency",
			Summary: "inventory waits 400 ms for each answer of its Redis, instead of less than one",
			Fault: network.Latency{
				Link: link.Pattern{From: "inventory", To: stack.Redis}, Delay: 400 * time.Millisecond,
			}},
		{Name: "dead-dependency",
			Summary: "inventory has crashed and refuses connections: the kinder way to fail",
			Fault:   process.Kill{Process: "inventory"}},
		{Name: "lost-shard",
			Summary: "one of inventory's three shards is gone, so that a third of the products can't be had",
			Fault:   fault.Switch{Name: shardDown, Asks: "inventory: one of three shards down"}},
		{Name: "slow-link",
			Summary: "an answer of checkout takes 400 ms to the gateway, which is slow and in time",
			Fault: network.Latency{
				Link: link.Pattern{From: "gateway", To: checkout}, Delay: linkDelay,
			}},
	},
	Invariants: []invariant.Invariant{
		amplification, retryStorm, failFast, bystanders, wasted, goodput, partial, recovery,
	},
	Expect: lab.Expectations{
		"slow-dependency": {
			"naive-retry": lab.Violated(amplification, failFast, bystanders, wasted, recovery).Except(nobodyServed),
			"breaker":     oneRetry.Except(nobodyServed),
		},
		"dead-dependency": {
			"naive-retry": lab.Violated(amplification, failFast).Except(nobodyServed),
			"breaker":     oneRetry.Except(nobodyServed),
		},
		"lost-shard": {"naive-retry": lab.Violated(amplification, failFast), "breaker": oneRetry},
		"slow-link": {
			"naive-retry": lab.Violated(failFast, bystanders, partial).Except(turnedAway),
			"breaker":     oneRetry,
		},
	},
	Picture: picture,
	README:  readme,
}
