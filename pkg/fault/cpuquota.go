package fault

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/stack"
)

// cpuQuota gives a process a share of the CPU by the operating system's own means.
type cpuQuota struct {
	process stack.CPULimiter
	lift    func(context.Context) error
	was     stack.Throttling // at the injection
	asked   asked
}

// measure sees the process slow where it used up its quota and was stopped.
func (q *cpuQuota) measure(ctx context.Context) (Measurement, error) {
	_, text := q.asked.now(ctx, probes, 0)
	is, err := q.process.Throttling(ctx)
	if err != nil {
		return Measurement{}, err
	}
	if is.Periods < q.was.Periods || is.Throttled < q.was.Throttled {
		q.was = stack.Throttling{} // it was started again, and counts anew
	}
	throttled := is.Throttled - q.was.Throttled
	return Measurement{
		Acted: throttled > 0,
		Text: fmt.Sprintf("throttled in %d of %d periods, for %s; %s",
			throttled, is.Periods-q.was.Periods, ms(is.Time-q.was.Time), text),
	}, nil
}

func (q *cpuQuota) release(ctx context.Context) error { return q.lift(ctx) }
