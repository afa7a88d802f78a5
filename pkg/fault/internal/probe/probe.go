// Package probe makes the round trips that measure faults: how long one takes, and why it fails.
package probe

import (
	"context"
	"errors"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
)

const (
	// Tries is how many round trips one measurement makes; the fastest counts.
	Tries = 3
	// Timeout is how much longer than the fault's own delay a round trip may take.
	Timeout = 500 * time.Millisecond
)

// Pair is the two ends of a link.
type Pair struct{ From, To string }

// Reading is the result of the round trips over a link.
type Reading struct {
	Took    time.Duration // the fastest; 0 if none came back
	Slowest time.Duration // of those that came back
	Err     error         // the last one, if none came back
}

// Ping makes a few round trips over one link. The surface must have a Ping.
func Ping(ctx context.Context, s *fault.Surface, p Pair, patient time.Duration) (r Reading) {
	for range Tries {
		took, err := Timed(ctx, patient, func(ctx context.Context) error { return s.Ping(ctx, p.From, p.To) })
		if err != nil {
			r.Err = err
			if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
				break // the others would take as long
			}
			continue
		}
		if r.Took == 0 || took < r.Took {
			r.Took = took
		}
		r.Slowest = max(r.Slowest, took)
	}
	if r.Took > 0 {
		r.Err = nil
	}
	return r
}

// Timed returns the duration of a successful do, at least 1 ns.
func Timed(ctx context.Context, patient time.Duration, do func(context.Context) error) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, patient)
	defer cancel()
	start := time.Now()
	if err := do(ctx); err != nil {
		return 0, err
	}
	return max(time.Since(start), 1), nil
}

// Shows reports whether an answer was delayed by at least least because of a fault. Such a fault lets no
// answer come sooner, and a busy machine only adds to it. So an answer that took least shows the fault,
// unless answers already took that long before; then it must have taken least longer.
func Shows(before, during, least time.Duration) bool {
	if before >= least {
		return during-before >= least
	}
	return during >= least
}
