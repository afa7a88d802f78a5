package part

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Table is a DynamoDB table with items of type T, a struct whose fields are tagged as attributevalue has it.
// The field tagged `key:"hash"` is the partition key, that tagged `key:"range"`, if any, the sort key; both
// are strings.
type Table[T any] struct {
	Name string // on the stack
	keys []types.KeySchemaElement
}

// NewTable declares a table. Options change how it is created, such as to give it a stream.
func NewTable[T any](b *lab.Builder, name string, options ...func(*dynamodb.CreateTableInput)) *Table[T] {
	t := &Table[T]{Name: b.Name(name), keys: keySchema(reflect.TypeFor[T]())}
	b.Prepare("create table "+name, func(ctx context.Context, i *lab.Instance) error { return t.create(ctx, i, options) })
	return t
}

// keySchema returns the keys that the fields of an item's type are tagged as, the partition key first.
func keySchema(item reflect.Type) []types.KeySchemaElement {
	var keys []types.KeySchemaElement
	for _, tag := range []string{"hash", "range"} {
		for n := range item.NumField() {
			if f := item.Field(n); f.Tag.Get("key") == tag {
				keys = append(keys, types.KeySchemaElement{AttributeName: aws.String(f.Tag.Get("dynamodbav")), KeyType: map[string]types.KeyType{"hash": types.KeyTypeHash, "range": types.KeyTypeRange}[tag]})
			}
		}
	}
	return keys
}

func (t *Table[T]) create(ctx context.Context, i *lab.Instance, options []func(*dynamodb.CreateTableInput)) error {
	in := &dynamodb.CreateTableInput{TableName: &t.Name, KeySchema: t.keys, BillingMode: types.BillingModePayPerRequest}
	for _, k := range t.keys {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: k.AttributeName, AttributeType: types.ScalarAttributeTypeS})
	}
	for _, o := range options {
		o(in)
	}
	if _, err := i.DynamoDB().CreateTable(ctx, in); err != nil {
		return err
	}
	return lab.Poll(ctx, "it is active", func(ctx context.Context) (bool, error) {
		out, err := i.DynamoDB().DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &t.Name})
		return err == nil && out.Table.TableStatus == types.TableStatusActive, err
	})
}

// Item returns an item as the SDK's calls take it.
func (t *Table[T]) Item(item T) map[string]types.AttributeValue {
	m, err := attributevalue.MarshalMap(item)
	if err != nil {
		panic(fmt.Sprintf("an item that can't be written: %v", err)) // for want of a sound T, which every run would show
	}
	return m
}

// Key returns the key of the item with those values of its key attributes, as the SDK's calls take it.
func (t *Table[T]) Key(values ...string) map[string]types.AttributeValue {
	key := map[string]types.AttributeValue{}
	for n, v := range values {
		key[*t.keys[n].AttributeName] = &types.AttributeValueMemberS{Value: v}
	}
	return key
}

// Put writes an item, in place of any other with its key.
func (t *Table[T]) Put(ctx context.Context, i *lab.Instance, item T) error {
	if _, err := i.DynamoDB().PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.Name, Item: t.Item(item)}); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	return nil
}

// perBatch is how many items DynamoDB takes in one BatchWriteItem.
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
			return fmt.Errorf("fill: %w", err)
		}
	}
	return nil
}

// Get returns the item with that key, as of all writes that were answered; false if there is none.
func (t *Table[T]) Get(ctx context.Context, i *lab.Instance, key ...string) (item T, found bool, err error) {
	out, err := i.DynamoDB().GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.Name, Key: t.Key(key...), ConsistentRead: aws.Bool(true)})
	if err == nil && out.Item != nil {
		err = attributevalue.UnmarshalMap(out.Item, &item)
	}
	if err != nil {
		return item, false, fmt.Errorf("get: %w", err)
	}
	return item, out.Item != nil, nil
}

// Each calls do for every item.
func (t *Table[T]) Each(ctx context.Context, i *lab.Instance, do func(item T)) error {
	pages := dynamodb.NewScanPaginator(i.DynamoDB(), &dynamodb.ScanInput{TableName: &t.Name, ConsistentRead: aws.Bool(true)})
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

// ConditionFailed reports whether a write was refused because its condition did not hold.
func ConditionFailed(err error) bool {
	var refused *types.ConditionalCheckFailedException
	return errors.As(err, &refused)
}
