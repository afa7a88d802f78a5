package part

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Table is a DynamoDB table with items of type T, a struct with tags of attributevalue. The field tagged
// `key:"hash"` is the partition key; the field tagged `key:"range"`, if any, is the sort key. Both are
// strings.
type Table[T any] struct {
	Name string // on the stack
	keys []types.KeySchemaElement
}

// NewTable declares a table. Options change its creation, for example to give it a stream.
func NewTable[T any](b *lab.Builder, name string, options ...func(*dynamodb.CreateTableInput)) *Table[T] {
	t := &Table[T]{Name: b.Name(name), keys: keySchema(reflect.TypeFor[T]())}
	b.Prepare("create table "+name, func(ctx context.Context, i *lab.Instance) error { return t.create(ctx, i, options) })
	return t
}

// keySchema returns the keys in the tags of an item's type, the partition key first.
func keySchema(item reflect.Type) []types.KeySchemaElement {
	var keys []types.KeySchemaElement
	for _, tag := range []string{"hash", "range"} {
		for n := range item.NumField() {
			if f := item.Field(n); f.Tag.Get("key") == tag {
				keys = append(keys, types.KeySchemaElement{
					AttributeName: aws.String(f.Tag.Get("dynamodbav")),
					KeyType:       map[string]types.KeyType{"hash": types.KeyTypeHash, "range": types.KeyTypeRange}[tag],
				})
			}
		}
	}
	return keys
}

func (t *Table[T]) create(ctx context.Context, i *lab.Instance, options []func(*dynamodb.CreateTableInput)) error {
	in := &dynamodb.CreateTableInput{TableName: &t.Name, KeySchema: t.keys, BillingMode: types.BillingModePayPerRequest}
	for _, k := range t.keys {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: k.AttributeName, AttributeType: types.ScalarAttributeTypeS,
		})
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

// Item returns an item in the form of the SDK's calls.
func (t *Table[T]) Item(item T) map[string]types.AttributeValue {
	m, err := attributevalue.MarshalMap(item)
	if err != nil {
		panic(fmt.Sprintf("an item that can't be written: %v", err)) // for want of a sound T, which every run would show
	}
	return m
}

// Key returns the key with those values of its attributes, in the form of the SDK's calls.
func (t *Table[T]) Key(values ...string) map[string]types.AttributeValue {
	key := map[string]types.AttributeValue{}
	for n, v := range values {
		key[*t.keys[n].AttributeName] = &types.AttributeValueMemberS{Value: v}
	}
	return key
}

// ConditionFailed reports whether a write was refused because its condition did not hold.
func ConditionFailed(err error) bool {
	var refused *types.ConditionalCheckFailedException
	return errors.As(err, &refused)
}
