package dlq

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// The crash points of a worker, beside part.BeforeDelete: it holds an order, and the ledger has it or not yet.
const (
	beforeWrite = "before-write"
	afterWrite  = "after-write" // and Redis has not
)

// worker does the work of one branch.
type worker struct {
	queue       *part.Queue
	ledger      *part.Table[entry]
	serviceTime time.Duration // that an order costs
	claimTime   time.Duration // for which an order is claimed: over before the message comes again
	prefix      string        // of the keys in Redis
	keys        bool          // it recognizes an order that comes again
	pauses      bool          // while it can't reach Redis
	conditional bool          // it writes an effect only if there is none
	deleteFirst bool          // it deletes a message before it works
}

func newWorker(b *lab.Builder, q *part.Queue, ledger *part.Table[entry]) worker {
	return worker{
		queue: q, ledger: ledger, serviceTime: serviceTime(b.Rate), claimTime: q.Visibility / 2, prefix: b.Name(q.Name),
		keys: b.Guarded(idempotencyKeys), pauses: b.Guarded(pausing), conditional: b.Guarded(conditionalWrite),
		deleteFirst: !b.Guarded(deletedLast),
	}
}

// entry is an item of the ledger: what a branch did of an order. It is where the audit looks, since what a worker
// believes to have done proves nothing.
type entry struct {
	Order  string `dynamodbav:"order" key:"hash"`
	Branch string `dynamodbav:"branch" key:"range"`
	Cents  int64  `dynamodbav:"cents"` // of all effects together
	Times  int64  `dynamodbav:"times"` // how often the effect happened: 1, if all is well
}

func (w worker) run(ctx context.Context, i *lab.Instance) error {
	return part.Consumer{
		Queue: w.queue, Batch: batch, AtMostOnce: w.deleteFirst, Received: w.received, Handle: w.handle,
	}.Run(ctx, i)
}

func (w worker) received(ctx context.Context, i *lab.Instance, body []byte) {
	w.record(ctx, i, received, orderID(body))
}

func (w worker) record(ctx context.Context, i *lab.Instance, effect, order string) {
	i.Effect(ctx, history.Event{Op: order, Name: effect, Key: w.queue.Name})
}

// handle does what an order asks for.
func (w worker) handle(ctx context.Context, i *lab.Instance, body []byte) error {
	if w.keys {
		return w.once(ctx, i, body)
	}
	return w.work(ctx, i, body)
}

// work prepares the charge or the parcel, which takes its time, and writes it to the ledger. The amount is needed
// only for the latter, so that an order that must fail costs a worker as much as one that succeeds.
func (w worker) work(ctx context.Context, i *lab.Instance, body []byte) error {
	if err := i.Work(ctx, w.serviceTime); err != nil {
		return err
	}
	o, err := parse(body)
	if err != nil {
		return err
	}
	if err := i.CrashPoint(beforeWrite); err != nil {
		return err
	}
	if err := w.write(ctx, i, o); err != nil {
		return err
	}
	w.record(ctx, i, handled, o.ID)
	if w.keys {
		w.record(ctx, i, unnoted, o.ID)
	}
	return i.CrashPoint(afterWrite)
}

// write makes the effect, unless it has happened already: the condition and the write are one operation, so that of
// two workers with the same order only one makes it.
func (w worker) write(ctx context.Context, i *lab.Instance, o order) error {
	item := w.ledger.Item(entry{Cents: o.Cents, Times: 1})
	in := &dynamodb.UpdateItemInput{
		TableName:                 &w.ledger.Name,
		Key:                       w.ledger.Key(o.ID, w.queue.Name),
		UpdateExpression:          aws.String("ADD cents :cents, times :one"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":cents": item["cents"], ":one": item["times"]},
	}
	if w.conditional {
		in.ConditionExpression = aws.String("attribute_not_exists(times)")
	}
	if _, err := i.DynamoDB().UpdateItem(ctx, in); err != nil && !part.ConditionFailed(err) {
		return fmt.Errorf("write to the ledger: %w", err)
	}
	return nil
}
