package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/unit"
)

// The switches. The traffic has one each of the last two names too.
const (
	expireSwitch   = "hot-expiry"
	emptySwitch    = "empty-cache"
	overtakeSwitch = "overtake"
	agedSwitch     = "aged"
	raceSwitch     = "race"
	browseSwitch   = "browse"
)

const (
	hotLife    = 700 * time.Millisecond // that the hot entry lives on once its expiry is brought forward
	evictTick  = 10 * time.Millisecond  // between two looks for a new price to evict
	expiredFor = 2 * time.Second        // that the first of the aged entries has been gone
)

// The faults that are two things at once.
var (
	death = pair{
		asks: "redis: cut, what it held is gone",
		main: network.Cut{Link: link.Pattern{To: stack.Redis}}, also: fault.Switch{Name: emptySwitch},
	}
	race = pair{
		asks: "the offer: a tenth of the requests write it and half read it, each new price is evicted once",
		main: fault.Switch{Name: overtakeSwitch}, also: fault.Switch{Name: raceSwitch},
	}
	together = pair{
		asks: "the other products: nine tenths of the requests read them, the first entry expired 2 s ago",
		main: fault.Switch{Name: agedSwitch}, also: fault.Switch{Name: browseSwitch},
	}
)

// pair is two faults at the same time. The first is measured; a user can have the second alone if it is a switch of the
// traffic.
type pair struct {
	asks       string
	main, also fault.Fault
}

func (p pair) Requested() string { return p.asks }

// Switches returns the switches that users can name in a schedule.
func (p pair) Switches() []string {
	also, ok := p.also.(fault.Switch)
	if _, measures := p.main.(fault.Switch); ok && measures {
		return []string{also.Name}
	}
	return nil
}

func (p pair) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	main, err := p.main.Inject(ctx, s)
	if err != nil {
		return nil, err
	}
	also, err := p.also.Inject(ctx, s)
	if err != nil {
		return nil, errors.Join(err, main.Revert(context.WithoutCancel(ctx)))
	}
	return injected{main, also}, nil
}

type injected struct {
	fault.Injection
	also fault.Injection
}

func (i injected) Revert(ctx context.Context) error {
	return errors.Join(i.also.Revert(ctx), i.Injection.Revert(ctx))
}

// switches declares what only the design can bring about.
func switches(b *lab.Builder, cache entries, db *database) {
	front := cache.keys(hot)[0]
	b.Switch(expireSwitch, fault.Switchable{
		On: func(ctx context.Context) error { return cache.PExpire(ctx, front, hotLife).Err() },
		Measure: func(ctx context.Context) (fault.Measurement, error) {
			left, err := cache.PTTL(ctx, front).Result()
			text := fmt.Sprintf("%s to live, of %s", unit.Duration(left), unit.Duration(timeToLive))
			return fault.Measurement{Acted: left > 0 && left <= hotLife, Text: text}, err
		},
	})
	b.Switch(emptySwitch, fault.Switchable{On: func(ctx context.Context) error {
		return cache.forget(ctx, append(load.KeyNames(tail), hot, offer)...)
	}})
	b.Switch(browseSwitch, fault.Switchable{On: cache.age})
	b.Switch(agedSwitch, fault.Switchable{On: nothing, Measure: cache.aged})
	b.Switch(raceSwitch, evictions(b.Observer(), cache))
	b.Switch(overtakeSwitch, fault.Switchable{
		On: func(context.Context) error {
			db.overtaking.Store(0)
			return nil
		},
		Measure: func(context.Context) (fault.Measurement, error) {
			n := int(db.overtaking.Load())
			return fault.Measurement{Acted: n > 0, Text: unit.Many(n, "write") + " while a reader was loading"}, nil
		},
	})
}

func nothing(context.Context) error { return nil }

// evictions evicts each price of the offer once, as Redis does where it is short of memory: where writes fill the
// cache, readers load only what has gone from it.
func evictions(i *lab.Instance, cache entries) fault.Switchable {
	stop := func() {}
	return fault.Switchable{
		On: func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
			var evicting sync.WaitGroup
			evicting.Go(func() {
				newest := 0
				for tick := time.NewTicker(evictTick); ctx.Err() == nil; {
					if p, err := cache.get(ctx, offer); err == nil && p.Version > newest {
						newest = p.Version
						cache.Del(ctx, cache.keys(offer)[0])
						i.Effect(ctx, history.Event{Name: evicted, Key: offer})
					}
					select {
					case <-tick.C:
					case <-ctx.Done():
						tick.Stop()
					}
				}
			})
			stop = func() {
				cancel()
				evicting.Wait()
			}
			return nil
		},
		Off: func(context.Context) error {
			stop()
			return nil
		},
	}
}

// lives returns how long the entries of the other products have to live; of those that are gone it is negative.
func (c entries) lives(ctx context.Context) (left []time.Duration, err error) {
	answers, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, id := range load.KeyNames(tail) {
			p.PTTL(ctx, c.keys(id)[0])
		}
		return nil
	})
	for _, a := range answers {
		left = append(left, a.(*redis.DurationCmd).Val())
	}
	return left, err
}

// age takes so much from the lives of the other products' entries that the first of them expired some time ago.
func (c entries) age(ctx context.Context) error {
	left, err := c.lives(ctx)
	if err != nil {
		return err
	}
	less := slices.Min(left) + expiredFor
	_, err = c.Pipelined(ctx, func(p redis.Pipeliner) error {
		for n, id := range load.KeyNames(tail) {
			p.PExpire(ctx, c.keys(id)[0], left[n]-less)
		}
		return nil
	})
	return err
}

// aged measures how many entries are about to expire, or have.
func (c entries) aged(ctx context.Context) (fault.Measurement, error) {
	left, err := c.lives(ctx)
	if err != nil {
		return fault.Measurement{}, err
	}
	young := 0
	for _, l := range left {
		if l > maxSpread+time.Second {
			young++
		}
	}
	text := fmt.Sprintf("%d of %d expire within %s, or have", tail-young, tail, unit.Duration(maxSpread))
	return fault.Measurement{Acted: young < tail, Text: text}, nil
}
