package dynamodb_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// item is an item, a key, or expression attribute values.
type item = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func num(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

func bin(b ...byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }

func list(l ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: append([]types.AttributeValue{}, l...)} // never nil, as the SDK decodes it
}

func doc(m item) types.AttributeValue { return &types.AttributeValueMemberM{Value: m} }

func strs(s ...string) types.AttributeValue { return &types.AttributeValueMemberSS{Value: s} }

// ptr is aws.String and its like.
func ptr[T any](v T) *T { return &v }

func keyType(kind types.ScalarAttributeType, names ...string) (definitions []types.AttributeDefinition) {
	for _, name := range names {
		definitions = append(definitions, types.AttributeDefinition{AttributeName: ptr(name), AttributeType: kind})
	}
	return definitions
}

// keys makes a KeySchema: the hash key, and the sort key if there is a second name.
func keys(names ...string) (schema []types.KeySchemaElement) {
	for i, name := range names {
		schema = append(schema, types.KeySchemaElement{
			AttributeName: ptr(name), KeyType: []types.KeyType{"HASH", "RANGE"}[i],
		})
	}
	return schema
}

// onDemand is a table with a key of strings; tests add what they need.
func onDemand(name string, key ...string) *ddb.CreateTableInput {
	return &ddb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		KeySchema: keys(key...), AttributeDefinitions: keyType("S", key...),
	}
}

// indexed is a table keyed by pk and sk with the global index "byKind" (kind, rank) and the local index
// "byRank" (pk, rank); rank is a number. Both have the given projection.
func indexed(name string, projection *types.Projection) *ddb.CreateTableInput {
	in := onDemand(name, "pk", "sk")
	in.AttributeDefinitions = append(in.AttributeDefinitions, keyType("S", "kind")...)
	in.AttributeDefinitions = append(in.AttributeDefinitions, keyType("N", "rank")...)
	in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{
		{IndexName: ptr("byKind"), KeySchema: keys("kind", "rank"), Projection: projection},
	}
	in.LocalSecondaryIndexes = []types.LocalSecondaryIndex{
		{IndexName: ptr("byRank"), KeySchema: keys("pk", "rank"), Projection: projection},
	}
	return in
}

var all = &types.Projection{ProjectionType: types.ProjectionTypeAll}

func create(t testing.TB, c *ddb.Client, in *ddb.CreateTableInput) {
	t.Helper()
	if _, err := c.CreateTable(ctx, in); err != nil {
		t.Fatalf("create table: %v", err)
	}
}

func put(t testing.TB, c *ddb.Client, table string, i item) {
	t.Helper()
	if _, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: &table, Item: i}); err != nil {
		t.Fatalf("put item: %v", err)
	}
}

func get(t testing.TB, c *ddb.Client, table string, key item) item {
	t.Helper()
	out, err := c.GetItem(ctx, &ddb.GetItemInput{TableName: &table, Key: key, ConsistentRead: ptr(true)})
	if err != nil {
		t.Fatalf("get item: %v", err)
	}
	return out.Item
}

// wantError checks an error's code and message.
func wantError(t testing.TB, err error, code, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Errorf("got %v; want %s: %s", err, code, message)
		return
	}
	if api.ErrorCode() != code || api.ErrorMessage() != message {
		t.Errorf("got  %s: %s\nwant %s: %s", api.ErrorCode(), api.ErrorMessage(), code, message)
	}
}

const validation = "ValidationException"

func wantEqual(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %s; want %s", what, show(got), show(want))
	}
}

// show prints attribute values, not the pointers to them.
func show(v any) any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberL:
		return show(v.Value)
	case *types.AttributeValueMemberM:
		return show(v.Value)
	case item:
		shown := map[string]any{}
		for name, value := range v {
			shown[name] = show(value)
		}
		return shown
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Slice {
		shown := []any{}
		for i := range rv.Len() {
			shown = append(shown, show(rv.Index(i).Interface()))
		}
		return shown
	}
	return v
}

// texts returns one string or number attribute of each item.
func texts(items []item, name string) []string {
	found := make([]string, len(items))
	for i, it := range items {
		switch v := it[name].(type) {
		case *types.AttributeValueMemberS:
			found[i] = v.Value
		case *types.AttributeValueMemberN:
			found[i] = v.Value
		}
	}
	return found
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }
