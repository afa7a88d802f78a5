package process

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/probe"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
	"github.com/crashlab/crashlab/pkg/stack"
)

// cpuQuota limits a process's CPU time with the operating system's quota.
type cpuQuota struct {
	process       stack.CPULimiter
	lift          func(context.Context) error
	quota, period time.Duration
	was           stack.Throttling // at the injection
	asked         asked
}

// measure sees the effect if the process was slowed down while the quota held it back.
func (q *cpuQuota) measure(ctx context.Context) (fault.Measurement, error) {
	var took time.Duration
	var text string
	var asking sync.WaitGroup
	asking.Go(func() { took, text = q.asked.now(ctx, probe.Tries, q.period) }) // takes its time, as does the engine
	is, err := q.process.Throttling(ctx)
	asking.Wait()
	if err != nil {
		return fault.Measurement{}, err
	}
	if is.Periods < q.was.Periods || is.Throttled < q.was.Throttled {
		q.was = stack.Throttling{} // it was restarted, and its counters began at 0
	}
	throttled, periods := is.Throttled-q.was.Throttled, is.Periods-q.was.Periods
	slower := q.asked.before > 0 && probe.Shows(q.asked.before, took, (q.period-q.quota)/2)
	return fault.Measurement{
		Acted: heldBack(throttled, periods, slower),
		Text: fmt.Sprintf("throttled in %d of %d periods, for %s; %s", throttled, periods, say.Time(is.Time-q.was.Time),
			text),
	}, nil
}

// severalPeriods is in how many periods a process must have been stopped. An idle one is also stopped in one
// or two, in which something else runs: a health check, a snapshot.
const severalPeriods = 5

// heldBack decides whether the quota has held a process back, from the number of periods in which it ran and
// in which it used up its quota. A process that wants more than its quota is stopped in nearly every period
// from the second on; three quarters allow for a pause. A process with bursts of work is stopped in fewer
// periods. It counts as held back if its answers are also slower: a caller at a random moment waits half of
// the standstill on average. Otherwise the quota was sufficient.
func heldBack(throttled, periods int64, slower bool) bool {
	return throttled >= severalPeriods && (4*throttled >= 3*periods || slower)
}

func (q *cpuQuota) release(ctx context.Context) error { return q.lift(ctx) }

// left asks a few times. The process must run, and not be throttled meanwhile.
func (q *cpuQuota) left(ctx context.Context) (fault.Measurement, error) {
	was, err := q.process.Throttling(ctx)
	if err != nil {
		return fault.Measurement{}, err
	}
	took, text := q.asked.now(ctx, probe.Tries, 0)
	is, err := q.process.Throttling(ctx)
	return fault.Measurement{
		Acted: is.Throttled > was.Throttled || took == 0 && q.asked.before > 0,
		Text:  fmt.Sprintf("throttled in %d periods; %s", is.Throttled-was.Throttled, text),
	}, err
}
