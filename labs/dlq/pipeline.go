package dlq

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// The effects that the pipeline records.
const (
	received = "received"  // by a worker, of an order in a queue
	handled  = "handled"   // by a worker: its work is done, and it believes that the effect has happened
	unnoted  = "unnoted"   // by a worker with keys, after that: Redis is to know of it
	noted    = "noted"     // by a worker: Redis knows
	redriven = "redriven"  // by a redriver: an order leaves the dead-letter queue
	done     = "done"      // by the audit: the ledger has it, once for each time
	parked   = "parked"    // by the audit: it lies in the dead-letter queue
	inFlight = "in-flight" // by the audit: it is still in Kafka or in a queue
)

const (
	workers     = 2   // a queue
	batch       = 2   // messages a receive: few, so that a crash in mid-batch can be followed by eye
	maxReceives = 3   // of a message before it is parked
	partitions  = 3   // of the Kafka topic
	busy        = 0.3 // share of the workers' time that the workload takes while all is well
)

var branches = []string{"billing", "shipping"}

// pipeline is the system under every design, and what the designs differ in beside their guards.
type pipeline struct {
	redrive bool // redrivers repair and replay what was parked
}

// build declares the pipeline from the far end to the intake. A received message is hidden for ten times what a
// batch takes: short enough for a dead worker's messages to come back soon, long enough for a slow worker not to be
// taken for dead.
func (p pipeline) build(b *lab.Builder) {
	limit := 0
	if b.Guarded(deadLetterQueue) {
		limit = maxReceives
	}
	ledger := part.NewTable[entry](b, "ledger")
	orders := part.NewLog(b, "orders", "dispatchers", partitions)
	orders.AtMostOnce = !b.Guarded(committedLast)
	var queues []*part.Queue
	for _, branch := range branches {
		queues = append(queues, part.NewQueue(b, branch, 10*batch*serviceTime(b.Rate), limit))
	}
	placed := part.NewTopic(b, "placed", queues...)
	for _, q := range queues {
		b.Services(q.Name, workers, newWorker(b, q, ledger).run)
		b.Backlog(q.Depth)
		b.Audit(found(inFlight, q.Name, q.Left))
		if q.Dead != nil {
			q.Dead.Visibility = q.Visibility
			b.Audit(found(parked, q.Name, q.Dead.Left))
		}
		if unsafe := p.redrive && !b.Guarded(sentBackLast); p.redrive && q.Dead != nil {
			b.Service(q.Name+"-redriver", redriver(q, unsafe))
			b.Backlog(q.Dead.Depth) // what is parked is not finished
		}
	}
	b.Service("dispatcher", dispatcher(orders, placed))
	b.Backlog(orders.Lag)
	b.Audit(balance(ledger), found(inFlight, invariant.Everywhere, orders.Left))
	client := part.Sender{From: b.Env, To: b.Service("intake", intake(orders, b.Guarded(acceptedLast))), Path: "/orders",
		Message:  func(op load.Op) []byte { return part.Encode(placedBy(op)) },
		Poisoned: func(op load.Op) []byte { return poisoned(placedBy(op)) },
	}
	b.Client(client.Do)
}

// serviceTime returns what an order costs a worker, at so many orders a second.
func serviceTime(rate float64) time.Duration {
	return time.Duration(busy * workers / rate * float64(time.Second))
}

// balance puts on record what the ledger has: each effect with its share of the amount.
func balance(ledger *part.Table[entry]) lab.Step {
	return func(ctx context.Context, i *lab.Instance) error {
		return ledger.Each(ctx, i, func(e entry) {
			for range e.Times {
				i.Effect(ctx, history.Event{Op: e.Order, Name: done, Key: e.Branch, N: e.Cents / e.Times})
			}
		})
	}
}

// found puts on record, as effects of that name, the orders that are left somewhere on a branch.
func found(name, branch string, left func(ctx context.Context, i *lab.Instance, do func(body []byte)) error) lab.Step {
	return func(ctx context.Context, i *lab.Instance) error {
		return left(ctx, i, func(body []byte) { i.Effect(ctx, history.Event{Op: orderID(body), Name: name, Key: branch}) })
	}
}
