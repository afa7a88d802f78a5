package dynamodb_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// BenchmarkDynamoDBPutGet is one put and one get of a small item, through the SDK and HTTP.
func BenchmarkDynamoDBPutGet(b *testing.B) {
	c := users(b)
	var next atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			pk := str(fmt.Sprint(next.Add(1) % 10_000))
			put(b, c, "users", item{"pk": pk, "name": str("Ada"), "visits": num("42"), "tags": strs("a", "b")})
			get(b, c, "users", item{"pk": pk})
		}
	})
}

// BenchmarkDynamoDBUpdate is a conditional counter.
func BenchmarkDynamoDBUpdate(b *testing.B) {
	c := users(b)
	put(b, c, "users", item{"pk": str("k"), "n": num("0")})
	in := &ddb.UpdateItemInput{
		TableName: ptr("users"), Key: item{"pk": str("k")}, UpdateExpression: ptr("SET n = n + :one"),
		ConditionExpression:       ptr("attribute_exists(pk)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": num("1")},
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.UpdateItem(ctx, in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDynamoDBQuery reads a page of 100 items.
func BenchmarkDynamoDBQuery(b *testing.B) {
	c := numbered(b)
	for i := range 200 {
		put(b, c, "events", item{"pk": str("p"), "sk": num(fmt.Sprint(i)), "v": str("value")})
	}
	in := &ddb.QueryInput{
		TableName: ptr("events"), KeyConditionExpression: ptr("pk = :p"), Limit: ptr(int32(100)),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": str("p")},
	}
	b.ReportAllocs()
	for b.Loop() {
		query(b, c, in)
	}
}
