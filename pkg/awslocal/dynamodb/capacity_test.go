package dynamodb_test

import (
	"strings"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

// The units follow the developer guide, "DynamoDB read and write operations": a read unit is
// 4 KB, half of it if eventually consistent; a write unit is 1 KB.
func TestCapacityOfItems(t *testing.T) {
	c := users(t)
	// 4: "pk", "k", "d"
	sized := func(bytes int) item { return item{"pk": str("k"), "d": str(strings.Repeat("x", bytes-4))} }
	units := func(used *types.ConsumedCapacity) float64 { return *used.CapacityUnits }
	write := func(bytes int) float64 {
		t.Helper()
		out, err := c.PutItem(ctx, &ddb.PutItemInput{
			TableName: ptr("users"), Item: sized(bytes), ReturnConsumedCapacity: "TOTAL",
		})
		if err != nil {
			t.Fatal(err)
		}
		return units(out.ConsumedCapacity)
	}
	read := func(consistent bool) float64 {
		t.Helper()
		out, err := c.GetItem(ctx, &ddb.GetItemInput{
			TableName: ptr("users"), Key: item{"pk": str("k")}, ConsistentRead: &consistent, ReturnConsumedCapacity: "TOTAL",
		})
		if err != nil {
			t.Fatal(err)
		}
		return units(out.ConsumedCapacity)
	}
	wantEqual(t, "read of nothing", read(true), 1.0)
	wantEqual(t, "1 KB", write(1024), 1.0)
	wantEqual(t, "read", []float64{read(true), read(false)}, []float64{1, 0.5})
	wantEqual(t, "1 KB and a byte", write(1025), 2.0)
	wantEqual(t, "8 KB and a byte", write(8193), 9.0)
	wantEqual(t, "read", []float64{read(true), read(false)}, []float64{3, 1.5})
	wantEqual(t, "smaller than what it replaces", write(100), 9.0)
	out, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: ptr("users"), Item: sized(10)})
	if err != nil || out.ConsumedCapacity != nil {
		t.Errorf("not asked for: %v, %v", out.ConsumedCapacity, err)
	}
}

func TestCapacityOfIndexes(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, indexed("orders", all))
	write := func(i item) *types.ConsumedCapacity {
		t.Helper()
		out, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: ptr("orders"), Item: i, ReturnConsumedCapacity: "INDEXES"})
		if err != nil {
			t.Fatal(err)
		}
		return out.ConsumedCapacity
	}
	parts := func(used *types.ConsumedCapacity) [4]float64 {
		share := func(c types.Capacity) float64 {
			if c.CapacityUnits == nil {
				return 0
			}
			return *c.CapacityUnits
		}
		return [4]float64{
			*used.CapacityUnits, share(*used.Table), share(used.GlobalSecondaryIndexes["byKind"]),
			share(used.LocalSecondaryIndexes["byRank"]),
		}
	}
	wantEqual(t, "a new item", parts(write(order("a", "1", "x", "1"))), [4]float64{3, 1, 1, 1})
	wantEqual(t, "the same again", parts(write(order("a", "1", "x", "1"))), [4]float64{1, 1, 0, 0})
	wantEqual(t, "a key of the global index", parts(write(order("a", "1", "y", "1"))), [4]float64{4, 1, 2, 1})
	wantEqual(t, "out of both", parts(write(item{"pk": str("a"), "sk": str("1")})), [4]float64{3, 1, 1, 1})
	write(order("a", "1", "x", "1"))
	in := byKind("byKind", "x")
	in.ReturnConsumedCapacity = "INDEXES"
	wantEqual(t, "query of the global index", parts(query(t, c, in).ConsumedCapacity), [4]float64{0.5, 0, 0.5, 0})
}

// A query is charged for what it reads together, not item by item.
func TestCapacityOfQueries(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("orders", "pk", "sk"))
	for _, sk := range []string{"1", "2", "3"} {
		put(t, c, "orders", item{"pk": str("a"), "sk": str(sk), "d": str(strings.Repeat("x", 2000))})
	}
	in := &ddb.QueryInput{
		TableName: ptr("orders"), KeyConditionExpression: ptr("pk = :p"), ExpressionAttributeValues: item{":p": str("a")},
		ConsistentRead: ptr(true), ReturnConsumedCapacity: "TOTAL",
	}
	wantEqual(t, "6 KB", *query(t, c, in).ConsumedCapacity.CapacityUnits, 2.0)
	in.ExpressionAttributeValues, in.ConsistentRead = item{":p": str("none")}, nil
	wantEqual(t, "nothing", *query(t, c, in).ConsumedCapacity.CapacityUnits, 0.5)
}

func TestItemCollectionMetrics(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, indexed("orders", all))
	create(t, c, onDemand("users", "pk"))
	for table, want := range map[string]bool{"orders": true, "users": false} { // only with a local index
		out, err := c.PutItem(ctx, &ddb.PutItemInput{
			TableName: &table, Item: item{"pk": str("a"), "sk": str("1")}, ReturnItemCollectionMetrics: "SIZE",
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := out.ItemCollectionMetrics != nil; got != want {
			t.Errorf("%s: metrics %t; want %t", table, got, want)
		}
	}
}
