package conformance

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var dynamoTables = []Case{
	{"a table is described as it was made", func(t *testing.T, e *Env) {
		table := e.table(t, "N")
		d := ok(e.Dynamo.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &table}))(t).Table
		equal(t, "keys", len(d.KeySchema), 2)
		equal(t, "index", *d.GlobalSecondaryIndexes[0].IndexName, "by-kind")
		if d.TableArn == nil || d.CreationDateTime == nil {
			t.Errorf("got %+v", d)
		}
	}},
	{"creating a table again is ResourceInUseException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.CreateTable(t.Context(), &dynamodb.CreateTableInput{
			TableName: &table, BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: str("pk"), AttributeType: "S"}},
			KeySchema:            []types.KeySchemaElement{{AttributeName: str("pk"), KeyType: "HASH"}},
		}))(t, "ResourceInUseException")
	}},
	{"an undefined key is ValidationException", func(t *testing.T, e *Env) {
		fails1(e.Dynamo.CreateTable(t.Context(), &dynamodb.CreateTableInput{
			TableName: str(e.Name()), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: str("other"), AttributeType: "S"}},
			KeySchema:            []types.KeySchemaElement{{AttributeName: str("pk"), KeyType: "HASH"}},
		}))(t, validation)
	}},
	{"a defined attribute that is not a key is ValidationException", func(t *testing.T, e *Env) {
		fails1(e.Dynamo.CreateTable(t.Context(), &dynamodb.CreateTableInput{
			TableName: str(e.Name()), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{
				{AttributeName: str("pk"), AttributeType: "S"},
				{AttributeName: str("x"), AttributeType: "S"},
			},
			KeySchema: []types.KeySchemaElement{{AttributeName: str("pk"), KeyType: "HASH"}},
		}))(t, validation)
	}},
	{"a table is listed", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		var names []string
		pages := dynamodb.NewListTablesPaginator(e.Dynamo, &dynamodb.ListTablesInput{})
		for pages.HasMorePages() {
			names = append(names, ok(pages.NextPage(t.Context()))(t).TableNames...)
		}
		if !slices.Contains(names, table) {
			t.Fatalf("%s is not in %v", table, names)
		}
	}},
	{"a missing table is ResourceNotFoundException", func(t *testing.T, e *Env) {
		name := e.Name()
		fails1(e.Dynamo.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}))(t, notFound)
		fails1(e.Dynamo.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &name, Key: item{"pk": s("a")}}))(t, notFound)
		fails1(e.Dynamo.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &name}))(t, notFound)
	}},
	{"a deleted table is gone", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		ok(e.Dynamo.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &table}))(t)
		eventually(t, "it is gone", func() bool {
			_, err := e.Dynamo.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &table})
			return err != nil
		})
	}},
}
