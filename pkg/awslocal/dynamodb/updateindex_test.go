package dynamodb_test

import (
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

func createIndex(name string, key ...string) types.GlobalSecondaryIndexUpdate {
	return types.GlobalSecondaryIndexUpdate{
		Create: &types.CreateGlobalSecondaryIndexAction{IndexName: &name, KeySchema: keyOf(key...), Projection: all},
	}
}

func deleteIndex(name string) types.GlobalSecondaryIndexUpdate {
	return types.GlobalSecondaryIndexUpdate{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: &name}}
}

func TestIndexUpdatesRefused(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, indexed("orders", all))
	two := createIndex("two", "kind:HASH")
	two.Delete = deleteIndex("byKind").Delete
	const invalid = "One or more parameter values were invalid: "
	const limit = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
	for _, tc := range []struct {
		attributes []types.AttributeDefinition
		updates    []types.GlobalSecondaryIndexUpdate
		code, want string
	}{
		{nil, []types.GlobalSecondaryIndexUpdate{createIndex("more", "kind:HASH")}, validation,
			invalid + "AttributeDefinitions is not specified for index: more"},
		{keyType("S", "kind"), []types.GlobalSecondaryIndexUpdate{createIndex("more", "other:HASH")}, validation, invalid +
			"Some index key attributes are not defined in AttributeDefinitions. Keys: [other], AttributeDefinitions: " +
			"[pk, sk, kind, rank]"},
		{keyType("N", "kind"), []types.GlobalSecondaryIndexUpdate{createIndex("more", "kind:HASH", "pk:RANGE")}, validation,
			invalid + "Attributes cannot be redefined. Please check that your attribute has the same type as previously " +
				"defined. Existing schema: Schema:[SchemaElement: key{kind:S:HASH}, SchemaElement: key{rank:N:RANGE}] " +
				"New schema: Schema:[SchemaElement: key{kind:N:HASH}, SchemaElement: key{pk:S:RANGE}]"},
		{keyType("S", "kind"), []types.GlobalSecondaryIndexUpdate{createIndex("byRank", "kind:HASH")}, validation,
			"Attempting to create an index which already exists"},
		{nil, []types.GlobalSecondaryIndexUpdate{{}}, validation, invalid + "One of GlobalSecondaryIndexUpdate.Update, " +
			"GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null"},
		{keyType("S", "kind"), []types.GlobalSecondaryIndexUpdate{two}, validation, invalid +
			"Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"},
		{keyType("S", "kind"), []types.GlobalSecondaryIndexUpdate{deleteIndex("byKind"), createIndex("byKind", "kind:HASH")},
			validation, invalid + "Only one global secondary index update per index is allowed simultaneously. Index: byKind"},
		{nil, []types.GlobalSecondaryIndexUpdate{deleteIndex("byKind"), deleteIndex("nope")}, "LimitExceededException",
			limit},
		{nil, []types.GlobalSecondaryIndexUpdate{deleteIndex("nope")}, "ResourceNotFoundException",
			"Requested resource not found"},
	} {
		_, err := c.UpdateTable(ctx, &ddb.UpdateTableInput{
			TableName: ptr("orders"), AttributeDefinitions: tc.attributes, GlobalSecondaryIndexUpdates: tc.updates,
		})
		wantError(t, err, tc.code, tc.want)
	}
}

// A table's definitions are those of its keys: what a request defines besides counts for nothing, and what a deleted
// index leaves over is gone, so that it can come back as another type.
func TestDefinitionsAreThoseOfKeys(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("orders", "pk"))
	update := func(kind types.ScalarAttributeType, u types.GlobalSecondaryIndexUpdate) []string {
		t.Helper()
		out, err := c.UpdateTable(ctx, &ddb.UpdateTableInput{
			TableName: ptr("orders"), AttributeDefinitions: keyType(kind, "kind", "pk", "unused"),
			GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{u},
		})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, a := range out.TableDescription.AttributeDefinitions {
			names = append(names, *a.AttributeName+":"+string(a.AttributeType))
		}
		return names
	}
	wantEqual(t, "created", update("S", createIndex("late", "kind:HASH")), []string{"pk:S", "kind:S"})
	wantEqual(t, "deleted", update("N", deleteIndex("late")), []string{"pk:S"})
	wantEqual(t, "created again", update("N", createIndex("late", "kind:HASH")), []string{"pk:S", "kind:N"})
}
