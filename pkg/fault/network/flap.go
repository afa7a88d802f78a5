package network

import (
	"context"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
	"github.com/crashlab/crashlab/pkg/link"
)

// Flap cuts links for Down, restores them for Up, and so on, beginning cut: a bad cable, a node that is
// evicted again and again.
type Flap struct {
	Link  link.Pattern
	Down  time.Duration
	Up    time.Duration
	Share float64 // of the connections; 0 means all
}

// Kind returns the catalog's entry.
func (Flap) Kind() fault.Kind {
	return fault.Kind{Name: "flap", Needs: "link", Says: "alternately cut and whole",
		Example: "redis:flap=200ms,up=300ms@2s..5s", Target: "Link", Value: "Down"}
}

// OnLinks implements [fault.OnLinks].
func (f Flap) OnLinks() link.Pattern { return f.Link }

func (f Flap) Requested() string {
	return on(f.Link,
		fmt.Sprintf("alternately cut for %s and whole for %s%s", say.Time(f.Down), say.Time(f.Up), ofShare(f.Share)))
}

func (f Flap) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if f.Down <= 0 || f.Up <= 0 {
		return nil, fmt.Errorf("flap: %v down, %v up: want both more than 0", f.Down, f.Up)
	}
	toxic := link.Toxic{Cut: true, Down: f.Down, Up: f.Up, Share: f.Share}
	return inject(ctx, s, f.Link, asked{toxic: toxic, within: f.Down + f.Up, judge: f.measure})
}

// measure pings for a whole cycle, and sees the effect if the links are cut and whole in turn.
func (f Flap) measure(ctx context.Context, o *onLinks) (fault.Measurement, error) {
	cut, whole := false, false
	refusals := func(l link.Link) int64 { return l.Refused + l.Resets }
	for over := time.Now().Add(f.Down + f.Up); !(cut && whole) && time.Now().Before(over) && ctx.Err() == nil; {
		before := o.since(refusals)
		for _, r := range o.ping(ctx) {
			whole = whole || r.Took > 0
		}
		cut = cut || o.since(refusals) > before
		pause(ctx, min(f.Down, f.Up)/4)
	}
	return fault.Measurement{
		Acted: cut && whole,
		Text: fmt.Sprintf("%d dials refused, %d connections reset",
			o.since(func(l link.Link) int64 { return l.Refused }), o.since(func(l link.Link) int64 { return l.Resets })),
	}, nil
}
