package conformance

import (
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Shorthand for the values of items.
type (
	item = map[string]types.AttributeValue
	val  = types.AttributeValue
)

func s(v string) val        { return &types.AttributeValueMemberS{Value: v} }
func n(v int) val           { return &types.AttributeValueMemberN{Value: strconv.Itoa(v)} }
func num(v string) val      { return &types.AttributeValueMemberN{Value: v} }
func list(vs ...val) val    { return &types.AttributeValueMemberL{Value: vs} }
func object(m item) val     { return &types.AttributeValueMemberM{Value: m} }
func set(vs ...string) val  { return &types.AttributeValueMemberSS{Value: vs} }
func text(v val) string     { return v.(*types.AttributeValueMemberS).Value }
func number(v val) string   { return v.(*types.AttributeValueMemberN).Value }
func member(v val) []string { return v.(*types.AttributeValueMemberSS).Value }

// table makes a table with the key pk (S), optionally a sort key sk of a type, and an index "by-kind" on kind
// (S) and at (N).
func (e *Env) table(t *testing.T, sortKey types.ScalarAttributeType) string {
	t.Helper()
	name := e.Name()
	in := &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: str("pk"), AttributeType: "S"}, {AttributeName: str("kind"), AttributeType: "S"}, {
				AttributeName: str("at"), AttributeType: "N",
			},
		},
		KeySchema: []types.KeySchemaElement{{AttributeName: str("pk"), KeyType: "HASH"}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: str("by-kind"), Projection: &types.Projection{ProjectionType: "ALL"},
			KeySchema: []types.KeySchemaElement{
				{AttributeName: str("kind"), KeyType: "HASH"},
				{AttributeName: str("at"), KeyType: "RANGE"},
			},
		}},
	}
	if sortKey != "" {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: str("sk"), AttributeType: sortKey,
		})
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: str("sk"), KeyType: "RANGE"})
	}
	ok(e.Dynamo.CreateTable(t.Context(), in))(t)
	eventually(t, "the table is active", func() bool {
		out := ok(e.Dynamo.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}))(t)
		return out.Table.TableStatus == "ACTIVE"
	})
	return name
}

func (e *Env) put(t *testing.T, table string, items ...item) {
	t.Helper()
	for _, i := range items {
		ok(e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: i}))(t)
	}
}

func (e *Env) get(t *testing.T, table string, key item) item {
	t.Helper()
	return ok(e.Dynamo.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &table, Key: key, ConsistentRead: aws.Bool(true),
	}))(t).Item
}

// update updates the item "a" of a table with an expression and its values.
func (e *Env) update(t *testing.T, table, expression string, values item) item {
	t.Helper()
	return ok(e.Dynamo.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &table, Key: item{"pk": s("a")}, UpdateExpression: &expression, ExpressionAttributeValues: values,
		ReturnValues: "ALL_NEW",
	}))(t).Attributes
}

const (
	validation = "ValidationException"
	notFound   = "ResourceNotFoundException"
	condFailed = "ConditionalCheckFailedException"
)
