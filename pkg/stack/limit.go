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

// MemoryLimiter is a [Process] whose memory the operating system can limit, as it does a
// container's by its cgroup. The limit outlasts a kill and a start.
type MemoryLimiter interface {
	// LimitMemory lets the process have at most so many bytes, swap included. At the limit the
	// kernel takes back what it can, and where that is not enough its OOM killer ends the process.
	// Of several limits the tightest holds. lift takes this one back, and with the last one all is
	// as before: a process that the OOM killer has ended is started again. It is idempotent.
	LimitMemory(ctx context.Context, bytes int64) (lift func(context.Context) error, err error)
	// Memory returns what the process has.
	Memory(ctx context.Context) (Memory, error)
}

// Memory is what a process has of it. All but OOMKilled is 0 while the process does not run.
type Memory struct {
	Used      int64     // bytes
	Limit     int64     // bytes; where there is no limit, what the machine has
	Full      int64     // times that it met its limit since it was last started
	OOMKilled time.Time // when it died, if it was the OOM killer that ended it last
}
