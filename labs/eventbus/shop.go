package eventbus

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// order is what a client posts, and the detail of the event.
type order struct {
	ID       string `json:"id"`
	Customer string `json:"customer"`
	Kind     string `json:"kind"`
	Cents    int64  `json:"cents"`
}

const parcel, download = "parcel", "download"

// kindOf returns the kind of an order of that ID.
func kindOf(id string) string {
	if history.Amount(id)%2 == 0 {
		return parcel
	}
	return download
}

// The effects of the lab.
const (
	settings = "settings" // at the start: the design's policy for retries, and what catches what the bus gives up
	placed   = "placed"   // by the order service: the bus has acknowledged the event; N is the event's time
	received = "received" // by a consumer: an event
	replayed = "replayed" // by a consumer: it came from a replay
	ignored  = "ignored"  // by a consumer of the wrong release: an event that it is about to delete
	handled  = "handled"  // by a consumer: its effect is stored
	window   = "window"   // by the operator: the time from N that is replayed; Value is how long
	refuses  = "refuses"  // by the operator of the fault: billing's queue takes nothing from now on, or, if N is 0, again
	done     = "done"     // by the audit: a consumer's table has the order, once for each time
	parked   = "parked"   // by the audit: the event lies in the dead-letter queue
	inFlight = "in-flight"
)

// The switches of the lab.
const (
	refusing = "target-refuses"
	wrongAck = "wrong-ack"
)

// shop is the system under every design: an order service, a bus, and the services that want to know.
type shop struct {
	nets      string // what catches the events that the bus gives up: "dlq", "archive" or nothing
	bus       *part.Bus
	dead      *part.Queue // the dead-letter queue of billing's target; nil without one
	consumers []*consumer
	wrong     atomic.Bool // billing-1 runs the release that bills nobody
}

func (s *shop) build(b *lab.Builder) {
	policy := policyAt(b.Rate)
	s.bus = part.NewBus(b, "shop", "shop.orders")
	s.bus.Unchecked = !b.Guarded(entriesChecked)
	b.Prepare("note the settings", func(ctx context.Context, i *lab.Instance) error {
		i.Effect(ctx, history.Event{Name: settings, Key: s.nets, N: int64(policy.retries), Value: policy.age.String()})
		return nil
	})
	for _, r := range rules {
		c := newConsumer(b, s, r)
		dead := s.dead
		if r.name != billing {
			dead = nil
		}
		s.bus.Rule(b, r.pattern, c.queue, dead, policy.options()...)
		b.Services(r.name, r.workers, c.service().Run)
		b.Backlog(c.missing)
		b.Audit(c.audit)
		s.consumers = append(s.consumers, c)
	}
	if s.dead != nil {
		b.Audit(func(ctx context.Context, i *lab.Instance) error {
			return s.dead.Left(ctx, i, func(event []byte) { noted(ctx, i, parked, billing, event) })
		})
	}
	door := b.Service("orders", func(ctx context.Context, i *lab.Instance) error {
		take := part.Take(func(ctx context.Context, o order) error { return s.place(ctx, i, o) })
		return part.Serve(ctx, i, map[string]part.Handler{"POST /orders": take})
	})
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		o := order{op.ID, op.Key, kindOf(op.ID), history.Amount(op.ID)}
		return "", part.Ask(ctx, b.Observer(), door, "POST /orders", o, nil)
	})
	b.Switch(refusing, noting(b, s.consumers[0].queue.Refuses(b)))
	b.Switch(wrongAck, s.release())
}

// place puts an order's event on the bus. The bus counts time in whole seconds.
func (s *shop) place(ctx context.Context, i *lab.Instance, o order) error {
	at := i.Clock().Now().Truncate(time.Second)
	if err := s.bus.Put(ctx, i, "order placed", at, part.Encode(o)); err != nil {
		return err
	}
	i.Effect(ctx, history.Event{Op: o.ID, Name: placed, Key: o.Customer, N: at.Unix()})
	for _, c := range s.consumers {
		if c.wants(o.ID) {
			c.owed.Add(1)
		}
	}
	return nil
}

// noting returns a switch that puts on record when it is on.
func noting(b *lab.Builder, sw fault.Switchable) fault.Switchable {
	on, off := sw.On, sw.Off
	note := func(ctx context.Context, n int64) { b.Observer().Effect(ctx, history.Event{Name: refuses, N: n}) }
	sw.On = func(ctx context.Context) error { note(ctx, 1); return on(ctx) }
	sw.Off = func(ctx context.Context) error { defer note(ctx, 0); return off(ctx) }
	return sw
}

// release returns the switch of the wrong release.
func (s *shop) release() fault.Switchable {
	return fault.Switchable{
		On:  func(context.Context) error { s.wrong.Store(true); return nil },
		Off: func(context.Context) error { s.wrong.Store(false); return nil },
		Measure: func(context.Context) (fault.Measurement, error) {
			n := s.consumers[0].ignored.Load()
			return fault.Measurement{Acted: n > 0, Text: fmt.Sprintf("%d messages deleted unworked", n)}, nil
		},
	}
}
