package cache

import (
	"context"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

// The switches.
const (
	expireSwitch = "hot-expiry"
	stormSwitch  = "price-storm"
	emptySwitch  = "empty-cache"
)

// hotLife is how long the hot entry lives on once its expiry is brought forward.
const hotLife = 700 * time.Millisecond

// expire brings the hot entry's expiry forward, to a moment within the run. Readers see it coming as
// they see any other: it stands in the entry.
func (s *shop) expire(ctx context.Context) error {
	left, err := s.entries(s.env.Observer()).expireIn(ctx, hot, time.Now().Add(hotLife))
	s.left.Store(int64(left))
	return err
}

func (s *shop) expired(context.Context) (fault.Measurement, error) {
	left := time.Duration(s.left.Load())
	return fault.Measurement{Acted: left > 0 && left <= hotLife, Text: fmt.Sprintf("%s to live, of %s", left.Round(time.Millisecond), timeToLive)}, nil
}

// reprice has the clients begin to change the offer's price, or end it.
func (s *shop) reprice(on bool) func(context.Context) error {
	return func(context.Context) error {
		s.storm.Store(on)
		return nil
	}
}

func (s *shop) repriced(context.Context) (fault.Measurement, error) {
	writes, reads := s.writes.Load(), s.reads.Load()
	return fault.Measurement{Acted: writes > 0 && reads > 0, Text: fmt.Sprintf("%d writes among %d reads of one product", writes, reads)}, nil
}

// empty drops every entry.
func (s *shop) empty(ctx context.Context) error {
	return s.entries(s.env.Observer()).drop(ctx, products()...)
}

// death is what the loss of a cache is: it answers no more, and what comes in its place is empty.
type death struct{}

var cut = network.Cut{Link: link.Pattern{To: stack.Redis}}

func (death) Requested() string { return cut.Requested() + ", what it held is gone" }

func (death) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	injection, err := cut.Inject(ctx, s)
	if err != nil {
		return nil, err
	}
	if _, err := (fault.Switch{Name: emptySwitch}).Inject(ctx, s); err != nil {
		back, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return nil, fmt.Errorf("%w, reverted: %v", err, injection.Revert(back))
	}
	return injection, nil
}
