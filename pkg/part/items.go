package part

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Put writes an item and replaces any other with its key.
func (t *Table[T]) Put(ctx context.Context, i *lab.Instance, item T) error {
	_, err := i.DynamoDB().PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.Name, Item: t.Item(item)})
	return during(err, "put")
}

// perBatch is DynamoDB's maximum number of items in one BatchWriteItem.
const perBatch = 25

// Fill writes many items.
func (t *Table[T]) Fill(ctx context.Context, i *lab.Instance, items []T) error {
	for batch := range slices.Chunk(items, perBatch) {
		left := map[string][]types.WriteRequest{}
		for _, item := range batch {
			left[t.Name] = append(left[t.Name], types.WriteRequest{PutRequest: &types.PutRequest{Item: t.Item(item)}})
		}
		err := lab.Poll(ctx, "a batch is written", func(ctx context.Context) (bool, error) {
			out, err := i.DynamoDB().BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: left})
			if err != nil {
				return false, err
			}
			left = out.UnprocessedItems
			return len(left) == 0, nil
		})
		if err != nil {
			return during(err, "fill")
		}
	}
	return nil
}

// Get returns the item with that key, with the effect of all acknowledged writes; ok is false if there is
// none.
func (t *Table[T]) Get(ctx context.Context, i *lab.Instance, key ...string) (item T, found bool, err error) {
	out, err := i.DynamoDB().GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.Name, Key: t.Key(key...), ConsistentRead: aws.Bool(true),
	})
	if err == nil && out.Item != nil {
		err = attributevalue.UnmarshalMap(out.Item, &item)
	}
	return item, err == nil && out.Item != nil, during(err, "get")
}

// Each calls do for every item.
func (t *Table[T]) Each(ctx context.Context, i *lab.Instance, do func(item T)) error {
	in := &dynamodb.ScanInput{TableName: &t.Name, ConsistentRead: aws.Bool(true)}
	pages := dynamodb.NewScanPaginator(i.DynamoDB(), in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("scan: %w", err)
		}
		var items []T
		if err := attributevalue.UnmarshalListOfMaps(page.Items, &items); err != nil {
			return fmt.Errorf("scan: %w", err)
		}
		for _, item := range items {
			do(item)
		}
	}
	return nil
}

// Query returns the first items with that partition key, at most most, in the order of their sort keys.
func (t *Table[T]) Query(ctx context.Context, i *lab.Instance, hash string, most int32) ([]T, error) {
	out, err := i.DynamoDB().Query(ctx, &dynamodb.QueryInput{
		TableName: &t.Name, Limit: &most, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#hash = :hash"),
		ExpressionAttributeNames:  map[string]string{"#hash": *t.keys[0].AttributeName},
		ExpressionAttributeValues: map[string]types.AttributeValue{":hash": &types.AttributeValueMemberS{Value: hash}},
	})
	var items []T
	if err == nil {
		err = attributevalue.UnmarshalListOfMaps(out.Items, &items)
	}
	return items, during(err, "query")
}

// Delete deletes the item with that key, if there is one.
func (t *Table[T]) Delete(ctx context.Context, i *lab.Instance, key ...string) error {
	_, err := i.DynamoDB().DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &t.Name, Key: t.Key(key...)})
	return during(err, "delete")
}

// Count returns how many items the table has.
func (t *Table[T]) Count(ctx context.Context, i *lab.Instance) (int, error) {
	n := 0
	in := &dynamodb.ScanInput{TableName: &t.Name, ConsistentRead: aws.Bool(true), Select: types.SelectCount}
	pages := dynamodb.NewScanPaginator(i.DynamoDB(), in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, fmt.Errorf("count: %w", err)
		}
		n += int(page.Count)
	}
	return n, nil
}
