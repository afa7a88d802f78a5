package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// entry is an event in the outbox. Queue is the same for all, and At, the service's time with the order's ID, keeps
// them in order. One partition key takes 1,000 writes a second; a larger shop has several, chosen by customer.
type entry struct {
	Queue string `dynamodbav:"queue" key:"hash"`
	At    string `dynamodbav:"at" key:"range"`
	Order order  `dynamodbav:"order"`
}

// transactional writes the row and the event to the same store, in one transaction. A relay carries events from
// there to the log, the oldest first. It deletes one only after the log has it: a crash or a lost answer sends an
// event twice, and never not at all.
var transactional = lab.Design{
	Name:    "outbox",
	Summary: "the row and its event are one transaction; a relay polls and sends",
	Cost:    40 * time.Millisecond,
	Guards:  []lab.Guard{oneTransaction, deletedLast, sentInOrder, committedLast, keyedShipments},
	Build: func(b *lab.Builder) {
		s := newShop(b)
		pending := part.NewTable[entry](b, "outbox")
		b.Service("relay", part.Loop(relay{
			shop: s, pending: pending, idle: b.Idle(50*time.Millisecond, 5*time.Second),
			oldestFirst: b.Guarded(sentInOrder), deletesLast: b.Guarded(deletedLast),
		}.round))
		write := s.rowAndEvent
		if !b.Guarded(oneTransaction) {
			write = s.rowThenEvent
		}
		s.open(b, func(ctx context.Context, i *lab.Instance, o order) error { return write(ctx, i, o, pending) })
		b.Backlog(pending.Count)
		b.Audit(func(ctx context.Context, i *lab.Instance) error {
			return pending.Each(ctx, i, func(e entry) { record(ctx, i, inFlight, e.Order) })
		})
	},
}

// entryOf returns the outbox's entry for an order.
func entryOf(i *lab.Instance, o order) entry {
	return entry{"placed", fmt.Sprintf("%020d-%s", i.Clock().Now().UnixNano(), o.ID), o}
}

// rowAndEvent writes both or neither.
func (s *shop) rowAndEvent(ctx context.Context, i *lab.Instance, o order, pending *part.Table[entry]) error {
	row := types.Put{TableName: &s.orders.Name, Item: s.orders.Item(o)}
	event := types.Put{TableName: &pending.Name, Item: pending.Item(entryOf(i, o))}
	_, err := i.DynamoDB().TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{{Put: &row}, {Put: &event}},
	})
	if err != nil {
		return fmt.Errorf("write order and event: %w", err)
	}
	return i.CrashPoint(between)
}

// rowThenEvent writes one after the other, which takes no transaction and looks as safe: it is the same store.
func (s *shop) rowThenEvent(ctx context.Context, i *lab.Instance, o order, pending *part.Table[entry]) error {
	record(ctx, i, halfWay, o)
	if err := s.write(ctx, i, o); err != nil {
		return err
	}
	return pending.Put(ctx, i, entryOf(i, o))
}

// relay carries events from the outbox to the log.
type relay struct {
	*shop
	pending     *part.Table[entry]
	idle        time.Duration
	oldestFirst bool
	deletesLast bool // it deletes an event after the log has it, not before
}

func (r relay) round(ctx context.Context, i *lab.Instance) error {
	entries, err := r.pending.Query(lab.Polling(ctx), i, "placed", 10) // under load one for ten orders
	if len(entries) == 0 {
		return errors.Join(err, i.Work(ctx, r.idle))
	}
	if !r.oldestFirst {
		slices.Reverse(entries)
	}
	for _, e := range entries {
		if err := r.carry(ctx, i, e); err != nil {
			return err
		}
	}
	return nil
}

func (r relay) carry(ctx context.Context, i *lab.Instance, e entry) error {
	remove := func() error { return r.pending.Delete(ctx, i, e.Queue, e.At) }
	if !r.deletesLast {
		if err := remove(); err != nil {
			return err
		}
		return r.publish(ctx, i, e.Order)
	}
	if err := r.publish(ctx, i, e.Order); err != nil {
		return err
	}
	if err := i.CrashPoint(unconfirmed); err != nil {
		return err
	}
	return remove()
}
