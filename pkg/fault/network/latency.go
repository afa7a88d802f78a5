package network

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/probe"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
	"github.com/crashlab/crashlab/pkg/link"
)

// Latency makes links slow: bytes arrive later by Delay, plus or minus up to Jitter. The order is kept.
// Opening a connection takes no longer.
type Latency struct {
	Link      link.Pattern
	Delay     time.Duration
	Jitter    time.Duration  // at most Delay
	Direction link.Direction // answers by default; both ways adds twice Delay to a round trip
	Share     float64        // of the connections; 0 means all
}

// Kind returns the catalog's entry.
func (Latency) Kind() fault.Kind {
	return fault.Kind{Name: "latency", Needs: "link", Says: "what travels on the links arrives later",
		Example: "redis:latency=200ms,jitter=20ms@2s..5s", Target: "Link", Value: "Delay"}
}

// OnLinks implements [fault.OnLinks].
func (f Latency) OnLinks() link.Pattern { return f.Link }

func (f Latency) Requested() string {
	delay, jitter := f.added()
	text := say.Time(delay)
	if jitter > 0 {
		text += " ± " + say.Time(jitter)
	}
	return on(f.Link, text+" latency"+ofShare(f.Share))
}

// added returns how much longer a round trip takes, plus or minus jitter.
func (f Latency) added() (delay, jitter time.Duration) {
	if f.Direction == link.Both {
		return 2 * f.Delay, 2 * f.Jitter
	}
	return f.Delay, f.Jitter
}

func (f Latency) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	switch {
	case f.Delay <= 0:
		return nil, fmt.Errorf("latency: delay %v: want more than 0", f.Delay)
	case f.Jitter < 0 || f.Jitter > f.Delay:
		return nil, fmt.Errorf("latency: jitter %v: want 0 to the delay, %v", f.Jitter, f.Delay)
	}
	delay, jitter := f.added()
	return inject(ctx, s, f.Link, asked{
		toxic:   link.Toxic{Direction: f.Direction, Share: f.Share, Pipe: f.pipe},
		patient: 4 * (delay + jitter), // a ping opens its connection first, and may take several round trips
		slow:    f.least(),
		judge:   f.measure,
	})
}

// least is by how much the fault slows a round trip at least; timers and pings use different clocks.
func (f Latency) least() time.Duration {
	delay, jitter := f.added()
	return max((delay-jitter)*9/10, 1)
}

func (f Latency) measure(ctx context.Context, o *onLinks) (fault.Measurement, error) {
	now := o.ping(ctx)
	held, lasts := o.lasts(func(l link.Link) int64 { return l.Delayed })
	m := f.judge(o.pairs, o.before, now, held)
	if f.partial() { // a later ping may meet no connection that is hit
		o.shown = o.shown || m.Acted
		m.Acted = o.shown && lasts
	}
	return m, nil
}

// partial reports whether only a share of the connections is hit.
func (f Latency) partial() bool { return f.Share != 0 && f.Share != 1 }

// judge sees the effect if something was delayed and the pings show it. It compares the fastest ping of every
// pair that answered, or, if only a share of the connections is hit, the slowest of any.
func (f Latency) judge(pairs []probe.Pair, before, now []probe.Reading, held int64) fault.Measurement {
	least, share := f.least(), f.partial()
	var answered, shown int
	var was, is time.Duration // of the slowest pair
	doubt := ""
	for i, r := range now {
		if r.Took == 0 {
			continue
		}
		one, other := before[i].Took, r.Took
		if share {
			one, other = before[i].Slowest, r.Slowest
		}
		answered++
		was, is = max(was, one), max(is, other)
		switch {
		case probe.Shows(one, other, least):
			shown++
		case one >= least:
			doubt = "; it took as long before, which proves nothing"
		default:
			doubt = fmt.Sprintf("; %s→%s took %s", pairs[i].From, pairs[i].To, say.Time(other))
		}
	}
	if answered == 0 {
		return fault.Measurement{Text: "no ping came back"}
	}
	m := fault.Measurement{
		Acted: held > 0 && (shown == answered || share && shown > 0),
		Text:  fmt.Sprintf("%s (was %s)", say.Time(is), say.Time(was)),
	}
	switch {
	case held == 0:
		m.Text += "; nothing was held back"
	case !m.Acted:
		m.Text += doubt
	}
	return m
}

func (f Latency) pipe(s *link.Stream) toxics.Toxic { return &delay{f, s, s.Rand()} }

// delay is an active Latency. Toxiproxy's own counts in whole milliseconds and takes its jitter from the
// global random source.
type delay struct {
	Latency
	stream *link.Stream
	rand   *rand.Rand
}

// GetBufferSize is how many chunks can be in transit at once.
func (*delay) GetBufferSize() int { return 1024 }

func (t *delay) next() time.Duration {
	if t.Jitter == 0 {
		return t.Delay
	}
	return t.Delay - t.Jitter + time.Duration(t.rand.Int64N(int64(2*t.Jitter)+1))
}

func (t *delay) Pipe(stub *toxics.ToxicStub) {
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c == nil {
				stub.Close()
				return
			}
			due := c.Timestamp.Add(t.next())
			timer := time.NewTimer(time.Until(due))
			select {
			case <-timer.C:
				t.stream.Delayed()
				c.Timestamp = due // a further delay counts from here
				stub.Output <- c
			case <-stub.Interrupt:
				timer.Stop()
				stub.Output <- c
				return
			}
		}
	}
}
