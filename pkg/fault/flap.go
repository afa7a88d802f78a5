package fault

import (
	"context"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/link"
)

// Flap cuts links for Down, lets them be whole for Up, and so on, beginning cut: a bad cable, a
// node that is evicted again and again.
type Flap struct {
	Link  link.Pattern
	Down  time.Duration
	Up    time.Duration
	Share float64 // of the connections; 0 means all
}

func (f Flap) Requested() string {
	return on(f.Link, fmt.Sprintf("cut for %s, whole for %s, by turns%s", ms(f.Down), ms(f.Up), ofShare(f.Share)))
}

func (f Flap) Inject(ctx context.Context, s *Surface) (Injection, error) {
	toxic := link.Flap{Down: f.Down, Up: f.Up}
	return networkFault{f.Link, f.Share, []link.Toxic{toxic}, 0, f.measure}.inject(ctx, s)
}

func (f Flap) measure(ctx context.Context, o *onLinks) (Measurement, error) {
	o.ping(ctx)
	refused := o.since(func(l link.Link) int64 { return l.Refused })
	resets := o.since(func(l link.Link) int64 { return l.Resets })
	return Measurement{
		Acted: refused+resets > 0,
		Text:  fmt.Sprintf("%d dials refused, %d connections reset", refused, resets),
	}, nil
}
