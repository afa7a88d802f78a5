package fault

import (
	"context"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/link"
)

// Latency makes links slow: what travels on them arrives Delay later, give or take up to Jitter.
type Latency struct {
	Link      link.Pattern
	Delay     time.Duration
	Jitter    time.Duration  // at most Delay
	Direction link.Direction // answers by default; both ways adds twice Delay to a round trip
	Share     float64        // of the connections; 0 means all
}

func (f Latency) Requested() string {
	jitter := ""
	if f.Jitter > 0 {
		jitter = fmt.Sprintf(" ± %s", ms(f.Jitter))
	}
	return on(f.Link, fmt.Sprintf("%s%s latency%s", ms(f.added()), jitter, ofShare(f.Share)))
}

// added is what a round trip takes longer.
func (f Latency) added() time.Duration {
	if f.Direction == link.Both {
		return 2 * f.Delay
	}
	return f.Delay
}

func (f Latency) Inject(ctx context.Context, s *Surface) (Injection, error) {
	toxic := link.Latency{Delay: f.Delay, Jitter: f.Jitter, Direction: f.Direction, Seed: int64(s.Seed)}
	// A ping opens its connection first, and may take several round trips.
	return networkFault{f.Link, f.Share, []link.Toxic{toxic}, 4 * (f.added() + f.Jitter), f.measure}.inject(ctx, s)
}

func (f Latency) measure(ctx context.Context, o *onLinks) (Measurement, error) {
	before, during, answered := o.slowest(o.ping(ctx))
	if answered == 0 {
		return Measurement{Text: "no ping came back"}, nil
	}
	least := (f.added() - f.Jitter) * 9 / 10 // the clocks of timers and pings are not one
	return Measurement{
		Acted: during-before >= max(least, 1),
		Text:  fmt.Sprintf("%s (was %s)", ms(during), ms(before)),
	}, nil
}
