package fault

import (
	"context"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/link"
)

// Reset resets each connection of the links After it has next carried something, which is lost:
// an answer to a request that took effect, or (link.Requests) a request that never arrived.
type Reset struct {
	Link      link.Pattern
	After     time.Duration
	Direction link.Direction
	Share     float64 // of the connections; 0 means all
}

func (f Reset) Requested() string {
	after := ""
	if f.After > 0 {
		after = " after " + ms(f.After)
	}
	return on(f.Link, "connections reset"+after+ofShare(f.Share))
}

func (f Reset) Inject(ctx context.Context, s *Surface) (Injection, error) {
	toxic := link.Reset{After: f.After, Direction: f.Direction}
	return networkFault{f.Link, f.Share, []link.Toxic{toxic}, f.After, f.measure}.inject(ctx, s)
}

func (f Reset) measure(ctx context.Context, o *onLinks) (Measurement, error) {
	o.ping(ctx)
	n := o.since(func(l link.Link) int64 { return l.Resets })
	return Measurement{Acted: n > 0, Text: fmt.Sprintf("%d connections reset", n)}, nil
}
