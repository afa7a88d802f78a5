package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/unit"
)

const (
	expireSwitch = "hot-expiry"
	emptySwitch  = "empty-cache"
	raceSwitch   = "race"                 // of the traffic
	hotLife      = 700 * time.Millisecond // that the hot entry lives on once its expiry is brought forward
)

// switches declares what only the design can bring about.
func switches(b *lab.Builder, cache entries) {
	front := cache.keys(hot)[0]
	b.Switch(expireSwitch, fault.Switchable{
		On: func(ctx context.Context) error { return cache.PExpire(ctx, front, hotLife).Err() },
		Measure: func(ctx context.Context) (fault.Measurement, error) {
			left, err := cache.PTTL(ctx, front).Result()
			text := fmt.Sprintf("%s to live, of %s", unit.Duration(left), unit.Duration(timeToLive))
			return fault.Measurement{Acted: left > 0 && left <= hotLife, Text: text}, err
		},
	})
	b.Switch(emptySwitch, fault.Switchable{On: func(ctx context.Context) error { return cache.drop(ctx, names...) }})
	// Where writes fill the cache, readers load only what has gone from it: without an eviction none meets a write.
	b.Switch(raceSwitch, fault.Switchable{On: func(ctx context.Context) error { return cache.drop(ctx, offer) }})
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
		return nil, errors.Join(err, injection.Revert(context.WithoutCancel(ctx)))
	}
	return injection, nil
}
