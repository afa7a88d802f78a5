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

// Reset resets each connection of the links After it next carried something. What it carried is lost: an
// answer to a request that took effect, or (link.Requests) a request that never arrived.
type Reset struct {
	Link      link.Pattern
	After     time.Duration
	Direction link.Direction
	Share     float64 // of the connections; 0 means all
}

// Kind returns the catalog's entry.
func (Reset) Kind() fault.Kind {
	return fault.Kind{Name: "reset", Needs: "link",
		Says:    "each connection is reset when it carries something, which is lost",
		Example: "redis:reset=10ms,share=0.3@2s..5s", Target: "Link", Value: "After"}
}

// OnLinks implements [fault.OnLinks].
func (f Reset) OnLinks() link.Pattern { return f.Link }

func (f Reset) Requested() string {
	after := ""
	if f.After > 0 {
		after = " after " + say.Time(f.After)
	}
	return on(f.Link, "connections reset"+after+ofShare(f.Share))
}

func (f Reset) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if f.After < 0 {
		return nil, fmt.Errorf("reset: after %v: want 0 or more", f.After)
	}
	toxic := link.Toxic{Direction: f.Direction, Share: f.Share, Pipe: f.pipe}
	return inject(ctx, s, f.Link, asked{toxic: toxic, patient: f.After, judge: f.measure})
}

func (f Reset) measure(ctx context.Context, o *onLinks) (fault.Measurement, error) {
	o.ping(ctx)
	n, acts := o.lasts(func(l link.Link) int64 { return l.Resets })
	return fault.Measurement{Acted: acts, Text: fmt.Sprintf("%d connections reset", n)}, nil
}

func (f Reset) pipe(s *link.Stream) toxics.Toxic { return &resetting{s, f.After} }

// resetting is an active Reset. Toxiproxy's own only resets connections that were opened after it was added,
// and can't be interrupted while it waits.
type resetting struct {
	stream *link.Stream
	after  time.Duration
}

func (t *resetting) Pipe(stub *toxics.ToxicStub) {
	select {
	case <-stub.Interrupt:
		return
	case c := <-stub.Input:
		if c == nil {
			stub.Close()
			return
		}
		t.stream.Swallow(len(c.Data))
	}
	timer := time.NewTimer(t.after)
	defer timer.Stop()
	for {
		select {
		case <-stub.Interrupt:
			return
		case <-timer.C:
			t.stream.Reset()
			stub.Close()
			return
		case c := <-stub.Input:
			if c == nil { // interrupted early, but what it swallowed is lost
				t.stream.Reset()
				stub.Close()
				return
			}
			t.stream.Swallow(len(c.Data))
		}
	}
}
