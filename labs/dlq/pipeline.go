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
	handled  = "handled"   // by a worker: it believes that the effect has happened
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

// pipeline is the system under every design, and what the designs differ in.
type pipeline struct {
	keys        bool // workers recognize an order that comes again
	deadLetters bool // a message is parked after maxReceives receives
	redrive     bool // an operator repairs and replays what was parked
}

// build declares the pipeline from the far end to the intake. A received message is hidden for ten times what a
// batch takes: short enough for a dead worker's messages to come back soon, long enough for a slow worker not to be
// taken for dead.
func (p pipeline) build(b *lab.Builder) {
	work := serviceTime(b.Rate)
	limit := 0
	if p.deadLetters {
		limit = maxReceives
	}
	ledger := part.NewTable[entry](b, "ledger")
	orders := part.NewLog(b, "orders", "dispatchers", partitions)
	var queues []*part.Queue
	for _, branch := range branches {
		queues = append(queues, part.NewQueue(b, branch, 10*batch*work, limit))
	}
	placed := part.NewTopic(b, "placed", queues...)
	for _, q := range queues {
		w := worker{
			branch: q.Name, ledger: ledger, serviceTime: work, claimTime: q.Visibility / 2, prefix: b.Name(q.Name), keys: p.keys,
		}
		b.Services(q.Name, workers, part.Consumer{Queue: q, Batch: batch, Received: w.received, Handle: w.handle}.Run)
		b.Backlog(q.Depth)
		b.Audit(found(inFlight, q.Name, q.Left))
		if p.deadLetters {
			b.Audit(found(parked, q.Name, q.Dead.Left))
		}
	}
	b.Service("dispatcher", dispatcher(orders, placed))
	b.Backlog(orders.Lag)
	b.Audit(charged(ledger), found(inFlight, invariant.Everywhere, orders.Left))
	client := part.Sender{From: b.Env, To: b.Service("intake", intake(orders)), Path: "/orders",
		Message:  func(op load.Op) []byte { return part.Encode(placedBy(op)) },
		Poisoned: func(op load.Op) []byte { return poisoned(placedBy(op)) },
	}
	b.Client(client.Do)
	if p.redrive {
		operate(b, queues)
	}
}

// serviceTime returns what an order costs a worker, at so many orders a second.
func serviceTime(rate float64) time.Duration {
	return time.Duration(busy * workers / rate * float64(time.Second))
}

// operate has an operator replay what was parked, once the fault is over. So what is parked is not finished, and
// counts as backlog.
func operate(b *lab.Builder, queues []*part.Queue) {
	for _, q := range queues {
		b.Backlog(q.Dead.Depth)
	}
	b.Repair(func(ctx context.Context) error {
		for _, q := range queues {
			if _, err := b.Run(ctx, q.Name+"-redriver", redriver(q)); err != nil {
				return err
			}
		}
		return nil
	})
}

// charged puts on record what the ledger has.
func charged(ledger *part.Table[entry]) lab.Step {
	return func(ctx context.Context, i *lab.Instance) error {
		return ledger.Each(ctx, i, func(e entry) {
			for range e.Times {
				i.Effect(ctx, history.Event{Op: e.Order, Name: done, Key: e.Branch})
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
