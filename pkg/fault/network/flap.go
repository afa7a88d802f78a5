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

func (f Flap) Requested() string {
	return on(f.Link,
		fmt.Sprintf("alternately cut for %s and whole for %s%s", say.Time(f.Down), say.Time(f.Up), ofShare(f.Share)))
}

func (f Flap) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if f.Down <= 0 || f.Up <= 0 {
		return nil, fmt.Errorf("flap: %v down, %v up: want both more than 0", f.Down, f.Up)
	}
	toxic := link.Toxic{Cut: true, Down: f.Down, Up: f.Up, Share: f.Share}
	return inject(ctx, s, f.Link, asked{toxic: toxic, judge: f.measure})
}

func (f Flap) measure(ctx context.Context, o *onLinks) (fault.Measurement, error) {
	o.ping(ctx)
	refused := o.since(func(l link.Link) int64 { return l.Refused })
	resets := o.since(func(l link.Link) int64 { return l.Resets })
	return fault.Measurement{
		Acted: refused+resets > 0,
		Text:  fmt.Sprintf("%d dials refused, %d connections reset", refused, resets),
	}, nil
}
