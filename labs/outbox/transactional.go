package outbox

import (
	"context"
	"errors"
	"fmt"
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
	Build: func(b *lab.Builder) {
		s := newShop(b)
		pending := part.NewTable[entry](b, "outbox")
		idle := b.Idle(50*time.Millisecond, 5*time.Second)
		b.Service("relay", part.Loop(func(ctx context.Context, i *lab.Instance) error {
			entries, err := pending.Query(ctx, i, "placed", 10)
			if len(entries) == 0 {
				return errors.Join(err, i.Work(ctx, idle))
			}
			for _, e := range entries {
				if err := s.publish(ctx, i, e.Order); err != nil {
					return err
				}
				if err := pending.Delete(ctx, i, e.Queue, e.At); err != nil {
					return err
				}
			}
			return nil
		}))
		s.open(b, func(ctx context.Context, i *lab.Instance, o order) error {
			e := entry{"placed", fmt.Sprintf("%020d-%s", i.Clock().Now().UnixNano(), o.ID), o}
			row := types.Put{TableName: &s.orders.Name, Item: s.orders.Item(o)}
			event := types.Put{TableName: &pending.Name, Item: pending.Item(e)}
			_, err := i.DynamoDB().TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
				TransactItems: []types.TransactWriteItem{{Put: &row}, {Put: &event}},
			})
			if err != nil {
				return fmt.Errorf("write order and event: %w", err)
			}
			return i.CrashPoint(between)
		})
		b.Backlog(pending.Count)
		b.Audit(func(ctx context.Context, i *lab.Instance) error {
			return pending.Each(ctx, i, func(e entry) { record(ctx, i, inFlight, e.Order) })
		})
	},
}
