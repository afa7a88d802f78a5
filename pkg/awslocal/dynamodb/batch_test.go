package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func putRequest(i item) types.WriteRequest {
	return types.WriteRequest{PutRequest: &types.PutRequest{Item: i}}
}

func deleteRequest(key item) types.WriteRequest {
	return types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}}
}

func batchWrite(c *ddb.Client, requests map[string][]types.WriteRequest) (*ddb.BatchWriteItemOutput, error) {
	return c.BatchWriteItem(ctx, &ddb.BatchWriteItemInput{RequestItems: requests, ReturnConsumedCapacity: "TOTAL"})
}

func batchGet(c *ddb.Client, requests map[string]types.KeysAndAttributes) (*ddb.BatchGetItemOutput, error) {
	return c.BatchGetItem(ctx, &ddb.BatchGetItemInput{RequestItems: requests, ReturnConsumedCapacity: "TOTAL"})
}

func TestBatch(t *testing.T) {
	c := users(t)
	create(t, c, onDemand("orders", "pk", "sk"))
	put(t, c, "users", item{"pk": str("old")})
	wrote, err := batchWrite(c, map[string][]types.WriteRequest{
		"users":  {putRequest(item{"pk": str("u1"), "a": num("1"), "b": num("2")}), deleteRequest(item{"pk": str("old")})},
		"orders": {putRequest(item{"pk": str("o"), "sk": str("1")})},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "unprocessed", len(wrote.UnprocessedItems), 0)
	wantEqual(t, "tables in the capacity", len(wrote.ConsumedCapacity), 2)
	wantEqual(t, "units of users", *wrote.ConsumedCapacity[1].CapacityUnits, 2.0)

	got, err := batchGet(c, map[string]types.KeysAndAttributes{
		"users": {
			Keys: []map[string]types.AttributeValue{{"pk": str("u1")}, {"pk": str("old")}}, ProjectionExpression: ptr("a"),
			ConsistentRead: ptr(true),
		},
		"orders": {Keys: []map[string]types.AttributeValue{{"pk": str("o"), "sk": str("1")}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "users", got.Responses["users"], []map[string]types.AttributeValue{{"a": num("1")}})
	wantEqual(t, "orders", got.Responses["orders"], []map[string]types.AttributeValue{{"pk": str("o"), "sk": str("1")}})
	wantEqual(t, "unprocessed keys", len(got.UnprocessedKeys), 0)
	wantEqual(t, "units of users", *got.ConsumedCapacity[1].CapacityUnits, 2.0)
	wantEqual(t, "units of orders", *got.ConsumedCapacity[0].CapacityUnits, 0.5)
}

// BatchGetItem answers with 16 MB and reports the rest as unprocessed.
func TestBatchGetLeavesTheRest(t *testing.T) {
	c := users(t)
	left := types.KeysAndAttributes{ConsistentRead: ptr(true)}
	for i := range 45 {
		key := item{"pk": str(fmt.Sprint(i))}
		put(t, c, "users", item{"pk": key["pk"], "data": str(strings.Repeat("x", 390_000))})
		left.Keys = append(left.Keys, key)
	}
	seen, rounds := 0, 0
	for len(left.Keys) > 0 {
		out, err := batchGet(c, map[string]types.KeysAndAttributes{"users": left})
		if err != nil {
			t.Fatal(err)
		}
		seen += len(out.Responses["users"])
		left = out.UnprocessedKeys["users"]
		rounds++
	}
	wantEqual(t, "seen and rounds", []int{seen, rounds}, []int{45, 2})
}

func TestBatchRejected(t *testing.T) {
	c := users(t)
	many := func(n int) (writes []types.WriteRequest, keys []map[string]types.AttributeValue) {
		for i := range n {
			writes = append(writes, putRequest(item{"pk": str(fmt.Sprint(i))}))
			keys = append(keys, item{"pk": str(fmt.Sprint(i))})
		}
		return writes, keys
	}
	writes26, _ := many(26)
	_, keys101 := many(101)
	for want, requests := range map[string]map[string][]types.WriteRequest{
		"Provided list of item keys contains duplicates": {
			"users": {putRequest(item{"pk": str("a")}), deleteRequest(item{"pk": str("a")})},
		},
		"The requestItems parameter is required for BatchWriteItem": {},
		"The provided key element does not match the schema": {
			"users": {putRequest(item{"pk": str("ok")}), putRequest(item{"pk": num("1")})},
		},
		"1 validation error detected: Value '{users=[26 elements]}' at 'requestItems' failed to satisfy constraint: Map " +
			"value must satisfy constraint: " +
			"[Member must have length less than or equal to 25, Member must have length greater than or equal to 1]": {
			"users": writes26,
		},
		"Item size has exceeded the maximum allowed size": {
			"users": {putRequest(item{"pk": str("ok")}), putRequest(item{
				"pk": str("big"), "d": str(strings.Repeat("x", 410_000)),
			})},
		},
	} {
		_, err := batchWrite(c, requests)
		wantError(t, err, validation, want)
	}
	wantEqual(t, "written by refused batches", get(t, c, "users", item{"pk": str("ok")}), item(nil))
	for want, requests := range map[string]map[string]types.KeysAndAttributes{
		"Provided list of item keys contains duplicates": {
			"users": {Keys: []map[string]types.AttributeValue{{"pk": str("a")}, {"pk": str("a")}}},
		},
		"The requestItems parameter is required for BatchGetItem": {},
		"1 validation error detected: Value at 'RequestItems.users.member.Keys' failed to satisfy constraint: Member must " +
			"have length less than or equal to 100": {
			"users": {Keys: keys101},
		},
		"The provided key element does not match the schema": {
			"users": {Keys: []map[string]types.AttributeValue{{"other": str("a")}}},
		},
	} {
		_, err := batchGet(c, requests)
		wantError(t, err, validation, want)
	}
	_, err := batchWrite(c, map[string][]types.WriteRequest{"nope": {putRequest(item{"pk": str("a")})}})
	wantError(t, err, "ResourceNotFoundException", "Requested resource not found")
}
