package fault

import (
	"context"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/link"
)

// SlowClose keeps connections of the links open for Delay after one end has closed them: pools
// and file descriptors fill with what nobody uses.
type SlowClose struct {
	Link      link.Pattern
	Delay     time.Duration
	Direction link.Direction // link.Requests: the instance closes, the dependency hears of it late
	Share     float64        // of the connections; 0 means all
}

func (f SlowClose) Requested() string {
	return on(f.Link, "closes heard "+ms(f.Delay)+" late"+ofShare(f.Share))
}

func (f SlowClose) Inject(ctx context.Context, s *Surface) (Injection, error) {
	toxic := link.SlowClose{Delay: f.Delay, Direction: f.Direction}
	return networkFault{f.Link, f.Share, []link.Toxic{toxic}, 0, f.measure}.inject(ctx, s)
}

// measure opens and closes connections by its pings, and sees the fault act when the end of one
// has come late.
func (f SlowClose) measure(ctx context.Context, o *onLinks) (Measurement, error) {
	o.ping(ctx)
	n := o.since(func(l link.Link) int64 { return l.LateCloses })
	return Measurement{Acted: n > 0, Text: fmt.Sprintf("%d closes came late", n)}, nil
}
