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

// afterWrite is the crash point between an order's effect and its note in Redis.
const afterWrite = "after-write"

// worker does the work of one branch.
type worker struct {
	branch      string
	ledger      *part.Table[entry]
	serviceTime time.Duration // that an order costs
	claimTime   time.Duration // for which an order is claimed: over before the message comes again
	prefix      string        // of the keys in Redis
	keys        bool          // it recognizes an order that comes again
}

// entry is an item of the ledger: what a branch did of an order. It is where the audit looks, since what a worker
// believes to have done proves nothing.
type entry struct {
	Order  string `dynamodbav:"order" key:"hash"`
	Branch string `dynamodbav:"branch" key:"range"`
	Cents  int    `dynamodbav:"cents"`
	Times  int    `dynamodbav:"times"` // how often the effect happened: 1, if all is well
}

func (w worker) received(ctx context.Context, i *lab.Instance, body []byte) {
	i.Effect(ctx, history.Event{Op: orderID(body), Name: received, Key: w.branch})
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
	if err := w.write(ctx, i, o); err != nil {
		return err
	}
	i.Effect(ctx, history.Event{Op: o.ID, Name: handled, Key: w.branch})
	return i.CrashPoint(afterWrite)
}

// write makes the effect. With keys it does so unless the effect has happened already: the condition and the
// write are one operation, so that of two workers with the same order only one makes it.
func (w worker) write(ctx context.Context, i *lab.Instance, o order) error {
	item := w.ledger.Item(entry{Cents: o.Cents, Times: 1})
	in := &dynamodb.UpdateItemInput{
		TableName:                 &w.ledger.Name,
		Key:                       w.ledger.Key(o.ID, w.branch),
		UpdateExpression:          aws.String("SET cents = :cents ADD times :one"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":cents": item["cents"], ":one": item["times"]},
	}
	if w.keys {
		in.ConditionExpression = aws.String("attribute_not_exists(times)")
	}
	if _, err := i.DynamoDB().UpdateItem(ctx, in); err != nil && !part.ConditionFailed(err) {
		return fmt.Errorf("write to the ledger: %w", err)
	}
	return nil
}
