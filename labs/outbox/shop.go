package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// order is what a client posts, a row of the table, and the event.
type order struct {
	ID       string `json:"id" dynamodbav:"id" key:"hash"`
	Customer string `json:"customer" dynamodbav:"customer"`
	Cents    int64  `json:"cents" dynamodbav:"cents"`
}

// The effects of the lab.
const (
	halfWay   = "half-way"  // by a service that writes to both stores itself: it has begun
	sent      = "sent"      // by a service or a relay: the log has acknowledged the event
	received  = "received"  // by shipping: an event
	stored    = "stored"    // by the audit: the table has the order
	published = "published" // by the audit: the log has its event, in the log's order, once for each time
	shipped   = "shipped"   // by the audit: a shipment was made of it
	inFlight  = "in-flight" // by the audit: its event has not come to shipping yet
)

// again separates, in a shipment's ID, its order from the delivery that it was made of.
const again = "@"

// between is the crash point of an order service where the row is written and the event is not.
const between = "between-writes"

// unconfirmed is the crash point of a relay where the log has an event and the relay has not yet noted that.
const unconfirmed = "sent, not noted"

// unshipped is the crash point of shipping where it has an event and has made no shipment of it.
const unshipped = "received, not shipped"

// shop is the system under every design: order services, a table and a log of what was placed, and shipping,
// which reads the log. The designs differ in how an order gets into both.
type shop struct {
	orders, shipments *part.Table[order] // a shipment is a copy of its order
	placed            *part.Log
	byKey             bool // a shipment's key is its order's
}

func newShop(b *lab.Builder, options ...func(*dynamodb.CreateTableInput)) *shop {
	s := &shop{
		orders:    part.NewTable[order](b, "orders", options...),
		shipments: part.NewTable[order](b, "shipments"),
		placed:    part.NewLog(b, "placed", "shipping", 3),
		byKey:     b.Guarded(keyedShipments),
	}
	s.placed.AtMostOnce = !b.Guarded(committedLast)
	b.Service("shipping", part.Loop(s.shipping))
	b.Backlog(s.placed.Lag)
	b.Audit(s.audit)
	return s
}

// open opens the door: place gets an order into the table and, in the end, into the log. All orders of a
// customer go to one service, so that they keep their order.
func (s *shop) open(b *lab.Builder, place func(ctx context.Context, i *lab.Instance, o order) error) {
	doors := b.Services("orders", 2, func(ctx context.Context, i *lab.Instance) error {
		take := part.Take(func(ctx context.Context, o order) error { return place(ctx, i, o) })
		return part.Serve(ctx, i, map[string]part.Handler{"POST /orders": take})
	})
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		door := doors[int(op.Key[len(op.Key)-1])%len(doors)]
		o := order{ID: op.ID, Customer: op.Key, Cents: history.Amount(op.ID)}
		return "", part.Ask(ctx, b.Observer(), door, "POST /orders", o, nil)
	})
}

// write writes an order's row.
func (s *shop) write(ctx context.Context, i *lab.Instance, o order) error {
	if err := s.orders.Put(ctx, i, o); err != nil {
		return err
	}
	return i.CrashPoint(between)
}

// publish appends an order's event to the log.
func (s *shop) publish(ctx context.Context, i *lab.Instance, o order) error {
	if err := s.placed.Append(ctx, i, o.Customer, part.Encode(o)); err != nil {
		return err
	}
	record(ctx, i, sent, o)
	return nil
}

// shipping ships what was placed. A shipment's key is its order's ID: an event that comes again changes nothing.
// Without that guard each delivery is a shipment of its own.
func (s *shop) shipping(ctx context.Context, i *lab.Instance) error {
	return s.placed.Consume(ctx, i, func(ctx context.Context, m kafka.Message) error {
		o := part.Decode[order](m.Value)
		record(ctx, i, received, o)
		if err := i.CrashPoint(unshipped); err != nil {
			return err
		}
		if !s.byKey {
			o.ID += fmt.Sprintf("%s%d-%d", again, m.Partition, m.Offset)
		}
		return s.shipments.Put(ctx, i, o)
	})
}

// audit puts on record what the table, the log and shipping have.
func (s *shop) audit(ctx context.Context, i *lab.Instance) error {
	return errors.Join(
		s.orders.Each(ctx, i, func(o order) { record(ctx, i, stored, o) }),
		s.placed.Each(ctx, i, func(event []byte) { record(ctx, i, published, part.Decode[order](event)) }),
		s.placed.Left(ctx, i, func(event []byte) { record(ctx, i, inFlight, part.Decode[order](event)) }),
		s.shipments.Each(ctx, i, func(o order) {
			o.ID, _, _ = strings.Cut(o.ID, again)
			record(ctx, i, shipped, o)
		}),
	)
}

func record(ctx context.Context, i *lab.Instance, effect string, o order) {
	i.Effect(ctx, history.Event{Op: o.ID, Name: effect, Key: o.Customer, N: o.Cents})
}
