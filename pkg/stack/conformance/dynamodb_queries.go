package conformance

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// numbers makes a table with the items (a, 1) … (a, n), of alternating kinds.
func (e *Env) numbers(t *testing.T, count int) string {
	t.Helper()
	table := e.table(t, "N")
	for i := 1; i <= count; i++ {
		kind := "odd"
		if i%2 == 0 {
			kind = "even"
		}
		e.put(t, table, item{"pk": s("a"), "sk": n(i), "kind": s(kind), "at": n(100 - i)})
	}
	return table
}

// query runs a query to its end and returns the sort keys in the order they came.
func (e *Env) query(t *testing.T, in *dynamodb.QueryInput) []string {
	t.Helper()
	var keys []string
	pages := dynamodb.NewQueryPaginator(e.Dynamo, in)
	for pages.HasMorePages() {
		for _, i := range ok(pages.NextPage(t.Context()))(t).Items {
			keys = append(keys, number(i["sk"]))
		}
	}
	return keys
}

// keys is a case that queries 1 … 12 and expects these sort keys.
func keys(expression string, values item, backward bool, want ...string) Case {
	name := "query " + expression
	if backward {
		name += ", backward"
	}
	return Case{name, func(t *testing.T, e *Env) {
		table := e.numbers(t, 12)
		all := item{":pk": s("a")}
		maps.Copy(all, values)
		in := &dynamodb.QueryInput{
			TableName: &table, KeyConditionExpression: aws.String("pk = :pk" + expression), ExpressionAttributeValues: all,
			ScanIndexForward: aws.Bool(!backward),
		}
		if got := e.query(t, in); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}}
}

var dynamoQueries = []Case{
	keys("", nil, false, "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"), // numbers, not strings
	keys(" AND sk >= :v", item{":v": n(10)}, false, "10", "11", "12"),
	keys(" AND sk < :v", item{":v": n(3)}, false, "1", "2"),
	keys(" AND sk = :v", item{":v": n(7)}, false, "7"),
	keys(" AND sk BETWEEN :v AND :w", item{":v": n(9), ":w": n(11)}, true, "11", "10", "9"),
	{"begins_with on a sort key", func(t *testing.T, e *Env) {
		table := e.table(t, "S")
		for _, k := range []string{"2026-01", "2026-02", "2027-01"} {
			e.put(t, table, item{"pk": s("a"), "sk": s(k)})
		}
		out := ok(e.Dynamo.Query(t.Context(), &dynamodb.QueryInput{
			TableName: &table, KeyConditionExpression: str("pk = :pk AND begins_with(sk, :p)"), ExpressionAttributeValues: item{
				":pk": s("a"), ":p": s("2026"),
			},
		}))(t)
		equal(t, "items", len(out.Items), 2)
	}},
	{"a limit ends a page, and its key begins the next", func(t *testing.T, e *Env) {
		table := e.numbers(t, 5)
		in := &dynamodb.QueryInput{
			TableName: &table, KeyConditionExpression: str("pk = :pk"), ExpressionAttributeValues: item{":pk": s("a")},
			Limit: aws.Int32(2),
		}
		first := ok(e.Dynamo.Query(t.Context(), in))(t)
		equal(t, "items of the first page", len(first.Items), 2)
		equal(t, "last key", number(first.LastEvaluatedKey["sk"]), "2")
		if got := e.query(t, in); !slices.Equal(got, []string{"1", "2", "3", "4", "5"}) {
			t.Fatalf("got %v", got)
		}
	}},
	{"a filter works after the limit and counts what it saw", func(t *testing.T, e *Env) {
		table := e.numbers(t, 6)
		out := ok(e.Dynamo.Query(t.Context(), &dynamodb.QueryInput{
			TableName: &table, KeyConditionExpression: str("pk = :pk"), FilterExpression: str("kind = :k"),
			ExpressionAttributeValues: item{":pk": s("a"), ":k": s("even")}, Limit: aws.Int32(3),
		}))(t)
		equal(t, "items", out.Count, 1)
		equal(t, "scanned", out.ScannedCount, 3)
	}},
	{"an index is queried in its sort key's order", func(t *testing.T, e *Env) {
		table := e.numbers(t, 6)
		var got []string
		eventually(t, "the index has all", func() bool {
			got = e.query(t, &dynamodb.QueryInput{
				TableName: &table, IndexName: str("by-kind"), KeyConditionExpression: str("kind = :k"),
				ExpressionAttributeValues: item{":k": s("even")},
			})
			return len(got) == 3
		})
		if !slices.Equal(got, []string{"6", "4", "2"}) {
			t.Fatalf("got %v", got)
		}
	}},
	{"an item without the index's key is not in it", func(t *testing.T, e *Env) {
		table := e.table(t, "N")
		e.put(t, table, item{"pk": s("a"), "sk": n(1)}, item{"pk": s("a"), "sk": n(2), "kind": s("k"), "at": n(1)})
		eventually(t, "the index has the other", func() bool {
			return slices.Equal(e.query(t, &dynamodb.QueryInput{
				TableName: &table, IndexName: str("by-kind"), KeyConditionExpression: str("kind = :k"),
				ExpressionAttributeValues: item{":k": s("k")},
			}), []string{"2"})
		})
	}},
	{"a consistent read of a global index is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "N")
		fails1(e.Dynamo.Query(t.Context(), &dynamodb.QueryInput{
			TableName: &table, IndexName: str("by-kind"), ConsistentRead: aws.Bool(true),
			KeyConditionExpression: str("kind = :k"), ExpressionAttributeValues: item{":k": s("k")},
		}))(t, validation)
	}},
	{"a query without the hash key is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "N")
		fails1(e.Dynamo.Query(t.Context(), &dynamodb.QueryInput{
			TableName: &table, KeyConditionExpression: str("sk = :v"), ExpressionAttributeValues: item{":v": n(1)},
		}))(t, validation)
	}},
	{"a missing index is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "N")
		fails1(e.Dynamo.Query(t.Context(), &dynamodb.QueryInput{
			TableName: &table, IndexName: str("nope"), KeyConditionExpression: str("kind = :v"),
			ExpressionAttributeValues: item{":v": s("x")},
		}))(t, validation)
	}},
	{"a scan sees every item, in pages and segments", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		for i := range 20 {
			e.put(t, table, item{"pk": s(fmt.Sprint(i))})
		}
		seen := map[string]bool{}
		for segment := range int32(3) {
			pages := dynamodb.NewScanPaginator(e.Dynamo, &dynamodb.ScanInput{
				TableName: &table, Limit: aws.Int32(4), Segment: &segment, TotalSegments: aws.Int32(3),
			})
			for pages.HasMorePages() {
				for _, i := range ok(pages.NextPage(t.Context()))(t).Items {
					if seen[text(i["pk"])] {
						t.Fatalf("%s comes twice", text(i["pk"]))
					}
					seen[text(i["pk"])] = true
				}
			}
		}
		equal(t, "items", len(seen), 20)
	}},
	{"a count returns no items", func(t *testing.T, e *Env) {
		table := e.numbers(t, 3)
		out := ok(e.Dynamo.Query(t.Context(), &dynamodb.QueryInput{
			TableName: &table, KeyConditionExpression: str("pk = :pk"), ExpressionAttributeValues: item{":pk": s("a")},
			Select: "COUNT",
		}))(t)
		equal(t, "count", out.Count, 3)
		equal(t, "items", len(out.Items), 0)
	}},
}
