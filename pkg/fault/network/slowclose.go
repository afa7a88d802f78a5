package network

import (
	"context"
	"fmt"
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
	"github.com/crashlab/crashlab/pkg/link"
)

// SlowClose keeps connections of the links open for Delay after one end has closed them: pools and file
// descriptors fill with unused connections.
type SlowClose struct {
	Link      link.Pattern
	Delay     time.Duration
	Direction link.Direction // link.Requests: the instance closes, the dependency notices late
	Share     float64        // of the connections; 0 means all
}

// Kind returns the catalog's entry.
func (SlowClose) Kind() fault.Kind {
	return fault.Kind{Name: "slow-close", Needs: "link", Says: "the other end hears late that a connection was closed",
		Example: "redis:slow-close=500ms,direction=requests@2s..5s", Target: "Link", Value: "Delay"}
}

// OnLinks implements [fault.OnLinks].
func (f SlowClose) OnLinks() link.Pattern { return f.Link }

func (f SlowClose) Requested() string {
	return on(f.Link, "closes heard "+say.Time(f.Delay)+" late"+ofShare(f.Share))
}

func (f SlowClose) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if f.Delay <= 0 {
		return nil, fmt.Errorf("slow close: delay %v: want more than 0", f.Delay)
	}
	toxic := link.Toxic{Direction: f.Direction, Share: f.Share, Pipe: f.pipe}
	return inject(ctx, s, f.Link, asked{toxic: toxic, within: 2 * f.Delay, judge: f.measure})
}

// measure opens and closes connections with its pings, and sees the effect when one end is noticed late.
func (f SlowClose) measure(ctx context.Context, o *onLinks) (fault.Measurement, error) {
	o.ping(ctx)
	pause(ctx, f.Delay)
	n, acts := o.lasts(func(l link.Link) int64 { return l.LateCloses })
	return fault.Measurement{Acted: acts, Text: fmt.Sprintf("%d closes came late", n)}, nil
}

func (f SlowClose) pipe(s *link.Stream) toxics.Toxic { return &lateClose{s, f.Delay} }

// lateClose is an active SlowClose. Toxiproxy's own counts in whole milliseconds.
type lateClose struct {
	stream *link.Stream
	delay  time.Duration
}

func (t *lateClose) Pipe(stub *toxics.ToxicStub) {
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c != nil {
				stub.Output <- c
				continue
			}
			timer := time.NewTimer(t.delay)
			defer timer.Stop()
			select {
			case <-timer.C:
				t.stream.ClosedLate()
				stub.Close()
			case <-stub.Interrupt: // the next toxic finds the end in the input again
			}
			return
		}
	}
}

// pause waits for that long, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
