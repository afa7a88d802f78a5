package ratelimit

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

// Lab is the distributed rate limiter.
var Lab = lab.Spec{
	Name:   "ratelimit",
	Title:  "a distributed rate limiter in front of an API",
	Lesson: "An exact limit needs one shared count over a sliding window, and a plan for when the store is down.",
	Diagram: `
tenants ─▶ load balancer ─┬▶ api-1: limiter ─┐
                          ├▶ api-2: limiter ─┼▶ redis (counters, buckets, logs)
                          └▶ api-3: limiter ─┘     at most 12 requests of a tenant in any 500 ms`,
	Workload: lab.Workload{Operation: "request", Rate: 90, Keys: 200, Timeout: 5 * time.Second,
		PerUserDay: 30, RedisPerUser: 15, Mix: []load.Kind{
			{Weight: 1, ReadOnly: true}, // of tenants that are far from their limits
			{Weight: 2, ReadOnly: true, Key: steady},
			{Weight: 6, ReadOnly: true, Key: greedy},
		}},
	Designs: designs,
	Faults: []lab.Fault{
		{Name: "edge-burst", Summary: "a tenant sends 18 requests before the edge of a window and 18 after it",
			AtOnce: halfBurst,
			Fault:  fault.Switch{Name: "edge-burst", Asks: "2 × 18 requests within 500 ms, at an edge, once a second"}},
		{Name: "redis-cut", Summary: "no instance of the API reaches Redis",
			Fault: network.Cut{Link: link.Pattern{To: stack.Redis}}},
		{Name: "redis-slow", Summary: "Redis answers after about 70 ms, later than an API can wait for it",
			Fault: network.Latency{Link: link.Pattern{To: stack.Redis}, Delay: redisDelay, Jitter: redisJitter}},
		{Name: "clock-skew", Summary: "the clock of one instance of three is 30 s fast",
			Fault: process.ClockSkew{Instance: "api-1", Offset: 30 * time.Second}},
	},
	Invariants: []invariant.Invariant{limitKept, clockWindow, worst, bounded, available, nearLimit, quick},
	Expect:     expect,
	Picture:    picture,
	README:     readme,
}

// How much later Redis answers under redis-slow.
const redisDelay, redisJitter = 70 * time.Millisecond, 15 * time.Millisecond
