package monolith

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// saga is a checkout over several services: each step commits by itself, and what was done is undone if a later step
// fails. An entry of the log is there from before the first step until the order is written or all is undone.
type saga struct {
	*shop
	log    *part.Table[entry]
	logged bool
}

// entry is a checkout that is not over.
type entry struct {
	ID    string `dynamodbav:"id" key:"hash"`
	Began int64  `dynamodbav:"began"` // Unix time in nanoseconds
	Order order  `dynamodbav:"order"`
}

// abandoned is the age at which a checkout is undone: by then no client waits for it.
const abandoned = 2 * patience

// zero is when a saga began that has been undone.
var zero = map[string]types.AttributeValue{":zero": &types.AttributeValueMemberN{Value: "0"}}

// declare declares the log and the service that undoes what was left half-way.
func (g *saga) declare(b *lab.Builder) *saga {
	g.log = part.NewTable[entry](b, "sagas")
	idle := b.Idle(100*time.Millisecond, 5*time.Second)
	b.Service("undoer", part.Loop(func(ctx context.Context, i *lab.Instance) error {
		var old []entry
		if err := g.log.Each(lab.Polling(ctx), i, func(e entry) {
			if i.Clock().Since(time.Unix(0, e.Began)) > abandoned {
				old = append(old, e)
			}
		}); err != nil {
			return err
		}
		for _, e := range old {
			if err := g.undo(ctx, i, e); err != nil {
				return err
			}
		}
		return i.Work(ctx, idle)
	}))
	b.Backlog(g.log.Count)
	return g
}

// place takes stock at the catalog, then writes the order and ends the saga in one transaction, which fails if the
// saga has been undone meanwhile.
func (g *saga) place(ctx context.Context, i *lab.Instance, o order) error {
	if g.logged {
		if err := g.log.Put(ctx, i, entry{o.ID, i.Clock().Now().UnixNano(), o}); err != nil {
			return err
		}
	}
	if err := g.call(ctx, i, catalog, "stock", o); err != nil {
		return err
	}
	if err := g.between(i); err != nil {
		return err
	}
	if !g.logged {
		return g.orders.Put(ctx, i, o)
	}
	written := types.Put{TableName: &g.orders.Name, Item: g.orders.Item(o)}
	over := types.Delete{
		TableName: &g.log.Name, Key: g.log.Key(o.ID), ConditionExpression: aws.String("began > :zero"),
		ExpressionAttributeValues: zero,
	}
	_, err := i.DynamoDB().TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{{Put: &written}, {Delete: &over}},
	})
	if err != nil {
		return fmt.Errorf("write the order: %w", err)
	}
	return nil
}

// undo marks the saga, so that its order can't be written any more, gives the stock back and forgets it.
func (g *saga) undo(ctx context.Context, i *lab.Instance, e entry) error {
	_, err := i.DynamoDB().UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &g.log.Name, Key: g.log.Key(e.ID), UpdateExpression: aws.String("SET began = :zero"),
		ConditionExpression: aws.String("attribute_exists(id)"), ExpressionAttributeValues: zero,
	})
	if part.ConditionFailed(err) {
		return nil // its order has been written after all
	}
	if err != nil {
		return fmt.Errorf("mark saga %s: %w", e.ID, err)
	}
	if err := part.Ask(ctx, i, g.processes[g.layout[catalog]], "POST /release", e.Order, nil); err != nil {
		return err
	}
	return g.log.Delete(ctx, i, e.ID)
}
