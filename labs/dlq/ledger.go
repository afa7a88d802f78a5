package dlq

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// ledger is the DynamoDB table of what was done: one item an order and queue, with how many times.
// It is where the audit looks, since what a worker believes to have done proves nothing.
//
//	order  S  partition key: the order's ID
//	queue  S  sort key: which branch did it
//	cents  N  the amount
//	times  N  how often the effect happened: 1, if all is well
type ledger struct{ table string }

func (l *ledger) create(ctx context.Context, i *lab.Instance) error {
	key := func(name string, t types.KeyType) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: aws.String(name), KeyType: t}
	}
	text := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS}
	}
	_, err := i.DynamoDB().CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            &l.table,
		KeySchema:            []types.KeySchemaElement{key("order", types.KeyTypeHash), key("queue", types.KeyTypeRange)},
		AttributeDefinitions: []types.AttributeDefinition{text("order"), text("queue")},
		BillingMode:          types.BillingModePayPerRequest,
	})
	if err != nil {
		return fmt.Errorf("create ledger: %w", err)
	}
	return lab.Poll(ctx, "the ledger is active", func(ctx context.Context) (bool, error) {
		t, err := i.DynamoDB().DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &l.table})
		return err == nil && t.Table.TableStatus == types.TableStatusActive, err
	})
}

// putOnce writes the order unless it is there already: the condition and the write are one
// operation, so that of two workers with the same order only one succeeds.
func (l *ledger) putOnce(ctx context.Context, i *lab.Instance, q *queue, o order) (fresh bool, err error) {
	item := l.key(q, o.ID)
	item["cents"] = number(o.Cents)
	item["times"] = number(1)
	_, err = i.DynamoDB().PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                &l.table,
		Item:                     item,
		ConditionExpression:      aws.String("attribute_not_exists(#order)"),
		ExpressionAttributeNames: map[string]string{"#order": "order"},
	})
	var there *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &there):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("write to the ledger: %w", err)
	}
	return true, nil
}

// add makes the effect once more, whether or not it has happened before.
func (l *ledger) add(ctx context.Context, i *lab.Instance, q *queue, o order) error {
	_, err := i.DynamoDB().UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 &l.table,
		Key:                       l.key(q, o.ID),
		UpdateExpression:          aws.String("SET cents = :cents ADD times :one"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":cents": number(o.Cents), ":one": number(1)},
	})
	if err != nil {
		return fmt.Errorf("write to the ledger: %w", err)
	}
	return nil
}

// each calls do for every item.
func (l *ledger) each(ctx context.Context, i *lab.Instance, do func(orderID, queue string, times int)) error {
	pages := dynamodb.NewScanPaginator(i.DynamoDB(), &dynamodb.ScanInput{TableName: &l.table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("read the ledger: %w", err)
		}
		for _, item := range page.Items {
			id, _ := item["order"].(*types.AttributeValueMemberS)
			queue, _ := item["queue"].(*types.AttributeValueMemberS)
			times, _ := item["times"].(*types.AttributeValueMemberN)
			if id == nil || queue == nil || times == nil {
				return fmt.Errorf("read the ledger: an item without order, queue or times")
			}
			n, err := strconv.Atoi(times.Value)
			if err != nil {
				return fmt.Errorf("read the ledger: times of %s: %w", id.Value, err)
			}
			do(id.Value, queue.Value, n)
		}
	}
	return nil
}

func (l *ledger) key(q *queue, id string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"order": &types.AttributeValueMemberS{Value: id},
		"queue": &types.AttributeValueMemberS{Value: q.name},
	}
}

func number(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}
