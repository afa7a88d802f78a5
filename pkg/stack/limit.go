package stack

import (
	"context"
	"time"
)

// CPULimiter is a [Process] whose CPU time the operating system can limit with the CFS quota of its cgroup.
// The limit survives a kill and a restart.
type CPULimiter interface {
	// LimitCPU lets the process, with all its threads, run for at most quota in every period. Of several
	// limits the tightest holds. lift removes this one and is idempotent. When the last one is lifted the
	// process is unlimited again.
	LimitCPU(ctx context.Context, quota, period time.Duration) (lift func(context.Context) error, err error)
	// Throttling returns what quotas have done to the process since its last start.
	Throttling(ctx context.Context) (Throttling, error)
}

// Throttling is what the CFS quota has done to a process.
type Throttling struct {
	Periods   int64         // in which the process wanted to run
	Throttled int64         // those in which it used up its quota and was stopped
	Time      time.Duration // how long it was stopped, summed over processors
}

// MemoryLimiter is a [Process] whose memory the operating system can limit with its cgroup. The limit
// survives a kill and a restart.
type MemoryLimiter interface {
	// LimitMemory lets the process use at most that many bytes, swap included. At the limit the kernel
	// reclaims what it can. When that is not enough, its OOM killer ends the process. Of several limits the
	// tightest holds. lift removes this one and is idempotent. When the last one is lifted the process is
	// unlimited again, and it is started if the OOM killer had ended it.
	LimitMemory(ctx context.Context, bytes int64) (lift func(context.Context) error, err error)
	// Memory returns the memory of the process.
	Memory(ctx context.Context) (Memory, error)
}

// Memory is the memory of a process. While the process does not run, everything but OOMKilled is 0.
type Memory struct {
	Used      int64     // bytes
	Limit     int64     // bytes; without a limit, those of the machine
	Full      int64     // how often it reached its limit since its last start
	OOMKilled time.Time // when it died, if the OOM killer ended it last
}
