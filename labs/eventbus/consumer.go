package eventbus

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// rule says which events a service gets.
type rule struct {
	name    string // of the service, and of its queue and table
	pattern string
	workers int
	kind    string // of the orders that it wants; empty: any
}

const billing = "billing"

var rules = []rule{
	{billing, `{"detail-type": ["order placed"]}`, 2, ""},
	{"shipping", `{"detail-type": ["order placed"], "detail": {"kind": ["parcel"]}}`, 1, parcel},
	{"analytics", `{"source": [{"prefix": "shop."}]}`, 1, ""},
}

// wants reports whether the service is to get the order of that ID.
func (r rule) wants(id string) bool { return r.kind == "" || r.kind == kindOf(id) }

// unbilled is the crash point of a consumer that has an event and has done nothing yet.
const unbilled = "received, no effect"

// row is what a service has done for an order.
type row struct {
	Key   string `dynamodbav:"key" key:"hash"`
	Order string `dynamodbav:"order"`
	Cents int64  `dynamodbav:"cents"`
	At    int64  `dynamodbav:"at"` // the event's time
}

// consumer is a service that hears of orders.
type consumer struct {
	rule
	shop  *shop
	queue *part.Queue
	table *part.Table[row]

	keepsMessage, byOrder, idempotent bool

	owed, ignored atomic.Int64 // events that the bus has for it; events that it deleted without any effect
}

func newConsumer(b *lab.Builder, s *shop, r rule) *consumer {
	return &consumer{
		rule: r, shop: s, queue: part.NewQueue(b, r.name, 2*time.Second, 0), table: part.NewTable[row](b, r.name),
		keepsMessage: b.Guarded(deletedLast), byOrder: b.Guarded(orderKey), idempotent: b.Guarded(idempotent),
	}
}

func (c *consumer) service() part.Consumer {
	return part.Consumer{Queue: c.queue, Batch: 10, AtMostOnce: !c.keepsMessage, Handle: c.handle}
}

// handle stores an order's effect under the order's ID. The same order again writes the same row, whether the queue has
// delivered the message twice, the bus was given the event twice, or it was replayed.
func (c *consumer) handle(ctx context.Context, i *lab.Instance, message []byte) error {
	e := part.Decode[part.Event[order]](message)
	noted(ctx, i, received, c.name, message)
	if e.Replay != "" {
		noted(ctx, i, replayed, c.name, message)
	}
	if c.shop.wrong.Load() && i.Name == billing+"-1" {
		noted(ctx, i, ignored, c.name, message)
		c.ignored.Add(1)
		return nil
	}
	if err := i.CrashPoint(unbilled); err != nil {
		return err
	}
	key := e.Detail.ID
	if !c.byOrder {
		key += "@" + e.ID // which a put that is tried again has anew
	}
	if !c.idempotent {
		key += fmt.Sprintf("@%d", i.Clock().Now().UnixNano())
	}
	if err := c.table.Put(ctx, i, row{key, e.Detail.ID, e.Detail.Cents, e.Time.Unix()}); err != nil {
		return err
	}
	noted(ctx, i, handled, c.name, message)
	return nil
}

// missing returns how many of its events have had no effect.
func (c *consumer) missing(ctx context.Context, i *lab.Instance) (int, error) {
	n, err := c.table.Count(ctx, i)
	return max(0, int(c.owed.Load())-n), err
}

// audit puts on record what the service has done, and what its queue still has.
func (c *consumer) audit(ctx context.Context, i *lab.Instance) error {
	err := c.table.Each(ctx, i, func(r row) {
		i.Effect(ctx, history.Event{Op: r.Order, Name: done, Key: c.name, N: r.Cents})
	})
	if err != nil {
		return err
	}
	return c.queue.Left(ctx, i, func(event []byte) { noted(ctx, i, inFlight, c.name, event) })
}

// noted puts on record, as an effect of that name, what became of an event at a service.
func noted(ctx context.Context, i *lab.Instance, effect, service string, event []byte) {
	o := part.Decode[part.Event[order]](event).Detail
	i.Effect(ctx, history.Event{Op: o.ID, Name: effect, Key: service, N: o.Cents})
}
