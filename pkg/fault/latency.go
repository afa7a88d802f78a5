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
	delay, jitter := f.added()
	text := ms(delay)
	if jitter > 0 {
		text += " ± " + ms(jitter)
	}
	return on(f.Link, text+" latency"+ofShare(f.Share))
}

// added is what a round trip takes longer, give or take jitter.
func (f Latency) added() (delay, jitter time.Duration) {
	if f.Direction == link.Both {
		return 2 * f.Delay, 2 * f.Jitter
	}
	return f.Delay, f.Jitter
}

func (f Latency) Inject(ctx context.Context, s *Surface) (Injection, error) {
	toxic := link.Latency{Delay: f.Delay, Jitter: f.Jitter, Direction: f.Direction, Seed: int64(s.Seed)}
	delay, jitter := f.added()
	// A ping opens its connection first, and may take several round trips.
	return networkFault{f.Link, f.Share, []link.Toxic{toxic}, 4 * (delay + jitter), f.measure}.inject(ctx, s)
}

func (f Latency) measure(ctx context.Context, o *onLinks) (Measurement, error) {
	now := o.ping(ctx)
	held := o.since(func(l link.Link) int64 { return l.Delayed })
	return f.judge(o.pairs, o.before, now, held), nil
}

// judge sees the fault act where something was held back and the pings show it: the fastest of
// every pair that answered, or, where only a share of the connections is hit, the slowest of any.
func (f Latency) judge(pairs []pair, before, now []reading, held int64) Measurement {
	delay, jitter := f.added()
	least := max((delay-jitter)*9/10, 1) // the clocks of timers and pings are not one
	share := f.Share != 0 && f.Share != 1
	var answered, shown int
	var was, is time.Duration // of the slowest pair
	doubt := ""
	for i, r := range now {
		if r.took == 0 {
			continue
		}
		one, other := before[i].took, r.took
		if share {
			one, other = before[i].slowest, r.slowest
		}
		answered++
		was, is = max(was, one), max(is, other)
		switch {
		case shows(one, other, least):
			shown++
		case one >= least:
			doubt = "; it took as long before, which proves nothing"
		default:
			doubt = fmt.Sprintf("; %s→%s took %s", pairs[i].from, pairs[i].to, ms(other))
		}
	}
	if answered == 0 {
		return Measurement{Text: "no ping came back"}
	}
	m := Measurement{
		Acted: held > 0 && (shown == answered || share && shown > 0),
		Text:  fmt.Sprintf("%s (was %s)", ms(is), ms(was)),
	}
	switch {
	case held == 0:
		m.Text += "; nothing was held back"
	case !m.Acted:
		m.Text += doubt
	}
	return m
}
