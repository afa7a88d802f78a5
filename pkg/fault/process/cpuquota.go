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

// cpuQuota gives a process a share of the CPU by the operating system's own means.
type cpuQuota struct {
	process       stack.CPULimiter
	lift          func(context.Context) error
	quota, period time.Duration
	was           stack.Throttling // at the injection
	asked         asked
}

// measure sees the process slow where it was held back.
func (q *cpuQuota) measure(ctx context.Context) (fault.Measurement, error) {
	var took time.Duration
	var text string
	var asking sync.WaitGroup
	asking.Go(func() { took, text = q.asked.now(ctx, probe.Tries, q.period) }) // which takes its time, as does the engine
	is, err := q.process.Throttling(ctx)
	asking.Wait()
	if err != nil {
		return fault.Measurement{}, err
	}
	if is.Periods < q.was.Periods || is.Throttled < q.was.Throttled {
		q.was = stack.Throttling{} // it was started again, and counts anew
	}
	throttled, periods := is.Throttled-q.was.Throttled, is.Periods-q.was.Periods
	slower := q.asked.before > 0 && probe.Shows(q.asked.before, took, (q.period-q.quota)/2)
	return fault.Measurement{
		Acted: heldBack(throttled, periods, slower),
		Text: fmt.Sprintf("throttled in %d of %d periods, for %s; %s", throttled, periods, say.Time(is.Time-q.was.Time),
			text),
	}, nil
}

// severalPeriods is how many periods a process has to be stopped in at least. One that is idle is stopped
// in one or two as well, in which something runs beside it: a health check, a snapshot.
const severalPeriods = 5

// heldBack tells from the periods in which a process ran, and those of them in which it used up its
// quota, whether the quota has held it back. One that wants more than its quota is stopped in nearly
// every period in which it runs, from the second on: three quarters allow for a pause. One that is busy
// in bursts is stopped in fewer. That was held back if it also answers later: who asks at any moment
// waits half of the standstill on average. One that its quota is enough for is neither.
func heldBack(throttled, periods int64, slower bool) bool {
	return throttled >= severalPeriods && (4*throttled >= 3*periods || slower)
}

func (q *cpuQuota) release(ctx context.Context) error { return q.lift(ctx) }
