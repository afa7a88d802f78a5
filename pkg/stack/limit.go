package stack

import (
	"context"
	"time"
)

// CPULimiter is a [Process] whose CPU time the operating system can limit, as it does a container's
// by the CFS quota of its cgroup. The limit outlasts a kill and a start.
type CPULimiter interface {
	// LimitCPU lets the process run for at most quota in every period, all its threads taken
	// together. Of several limits the tightest holds. lift takes this one back, and with the last
	// one all is as before; it is idempotent.
	LimitCPU(ctx context.Context, quota, period time.Duration) (lift func(context.Context) error, err error)
	// Throttling returns what quotas have done to the process since it was last started.
	Throttling(ctx context.Context) (Throttling, error)
}

// Throttling is what the CFS quota has done to a process.
type Throttling struct {
	Periods   int64         // in which it wanted to run
	Throttled int64         // those of them in which it used up its quota and was stopped
	Time      time.Duration // for which it was stopped, summed over processors
}
