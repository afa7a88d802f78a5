package fault

import (
	"context"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/link"
)

// Bandwidth lets each connection of the links carry at most so many bytes a second.
type Bandwidth struct {
	Link           link.Pattern
	BytesPerSecond int64 // at least 100
	Direction      link.Direction
	Share          float64 // of the connections; 0 means all
}

func (f Bandwidth) Requested() string {
	return on(f.Link, fmt.Sprintf("%s/s of bandwidth%s", size(f.BytesPerSecond), ofShare(f.Share)))
}

func (f Bandwidth) Inject(ctx context.Context, s *Surface) (Injection, error) {
	toxic := link.Bandwidth{BytesPerSecond: f.BytesPerSecond, Direction: f.Direction}
	return networkFault{f.Link, f.Share, []link.Toxic{toxic}, time.Second, f.measure}.inject(ctx, s)
}

// leastHeld is what bytes have to wait in all for a bandwidth to be felt.
const leastHeld = time.Millisecond

// measure sees the fault act when it has made bytes wait.
func (f Bandwidth) measure(ctx context.Context, o *onLinks) (Measurement, error) {
	o.ping(ctx)
	held := time.Duration(o.since(func(l link.Link) int64 { return int64(l.Held) }))
	carried := o.since(func(l link.Link) int64 { return l.Got + l.Sent })
	return Measurement{
		Acted: held >= leastHeld,
		Text:  fmt.Sprintf("%s carried, held back for %s in all", size(carried), ms(held)),
	}, nil
}

// size writes a number of bytes in the unit that suits it.
func size(n int64) string {
	switch {
	case n >= 1_000_000_000:
		return fmt.Sprintf("%.3g GB", float64(n)/1e9)
	case n >= 1_000_000:
		return fmt.Sprintf("%.3g MB", float64(n)/1e6)
	case n >= 1000:
		return fmt.Sprintf("%.3g kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d B", n)
}
