package dynamodb_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

// numbered is a client with the table "events", keyed by the string pk and the number sk, and
// with items a/-1.5, a/2, a/10 and b/1.
func numbered(t testing.TB) *ddb.Client {
	t.Helper()
	c := client(t, dynamodb.Config{})
	in := onDemand("events", "pk", "sk")
	in.AttributeDefinitions[1].AttributeType = "N"
	create(t, c, in)
	for _, sk := range []string{"10", "2", "-1.5"} {
		put(t, c, "events", item{"pk": str("a"), "sk": num(sk), "v": str("a" + sk)})
	}
	put(t, c, "events", item{"pk": str("b"), "sk": num("1")})
	return c
}

func query(t testing.TB, c *ddb.Client, in *ddb.QueryInput) *ddb.QueryOutput {
	t.Helper()
	out, err := c.Query(ctx, in)
	if err != nil {
		t.Fatalf("query: %v", err)
	}
	return out
}

func TestQuerySelectsByKey(t *testing.T) {
	c := numbered(t)
	values := item{":pk": str("a"), ":x": num("2"), ":y": num("10")}
	for condition, want := range map[string][]string{
		"pk = :pk": {"-1.5", "2", "10"}, "pk = :pk AND sk = :x": {"2"}, "pk = :pk AND sk < :x": {"-1.5"},
		"pk = :pk AND sk <= :x": {"-1.5", "2"},
		"pk = :pk AND sk > :x":  {"10"}, "pk = :pk AND sk >= :x": {"2", "10"},
		"sk BETWEEN :x AND :y AND pk = :pk": {"2", "10"},
	} {
		used := item{}
		for name, v := range values {
			if strings.Contains(condition, name) {
				used[name] = v
			}
		}
		for _, forward := range []bool{true, false} {
			out := query(t, c, &ddb.QueryInput{
				TableName: ptr("events"), KeyConditionExpression: &condition, ExpressionAttributeValues: used,
				ScanIndexForward: &forward,
			})
			expected := slices.Clone(want)
			if !forward {
				slices.Reverse(expected)
			}
			wantEqual(t, condition, texts(out.Items, "sk"), expected)
		}
	}
}

func TestQueryBeginsWith(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("words", "pk", "sk"))
	for _, sk := range []string{"a", "ab", "ab\x00", "abc", "ac", "b"} {
		put(t, c, "words", item{"pk": str("p"), "sk": str(sk)})
	}
	for prefix, want := range map[string][]string{
		"ab": {"ab", "ab\x00", "abc"}, "a": {"a", "ab", "ab\x00", "abc", "ac"}, "": {"a", "ab", "ab\x00", "abc", "ac", "b"},
		"x": {},
	} {
		out := query(t, c, &ddb.QueryInput{
			TableName: ptr("words"), KeyConditionExpression: ptr("pk = :p AND begins_with(sk, :prefix)"),
			ExpressionAttributeValues: item{":p": str("p"), ":prefix": str(prefix)},
		})
		wantEqual(t, prefix, texts(out.Items, "sk"), want)
	}
}

func TestQueryFiltersAfterLimit(t *testing.T) {
	c := numbered(t)
	in := &ddb.QueryInput{
		TableName: ptr("events"), KeyConditionExpression: ptr("pk = :pk"), FilterExpression: ptr("v <> :v"),
		ExpressionAttributeValues: item{":pk": str("a"), ":v": str("a2")}, Limit: ptr(int32(2)),
	}
	out := query(t, c, in)
	wantEqual(t, "first page", texts(out.Items, "sk"), []string{"-1.5"})
	wantEqual(t, "counts", []int32{out.Count, out.ScannedCount}, []int32{1, 2})
	wantEqual(t, "last key", item(out.LastEvaluatedKey), item{"pk": str("a"), "sk": num("2")})

	in.ExclusiveStartKey = out.LastEvaluatedKey
	out = query(t, c, in)
	wantEqual(t, "second page", texts(out.Items, "sk"), []string{"10"})
	wantEqual(t, "end", item(out.LastEvaluatedKey), item(nil))
}

func TestQuerySelect(t *testing.T) {
	c := numbered(t)
	in := &ddb.QueryInput{
		TableName: ptr("events"), KeyConditionExpression: ptr("pk = :pk"), ExpressionAttributeValues: item{":pk": str("a")},
		Select: "COUNT",
	}
	out := query(t, c, in)
	if out.Items != nil || out.Count != 3 {
		t.Errorf("COUNT: %d, items %v", out.Count, out.Items)
	}
	in.Select, in.ProjectionExpression = "SPECIFIC_ATTRIBUTES", ptr("v")
	wantEqual(t, "projected", query(t, c, in).Items[0], item{"v": str("a-1.5")})
	for want, change := range map[string]func(*ddb.QueryInput){
		"Must specify the AttributesToGet or ProjectionExpression when choosing to get " +
			"SPECIFIC_ATTRIBUTES": func(in *ddb.QueryInput) {
			in.ProjectionExpression = nil
		},
		"Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES": func(in *ddb.QueryInput) {
			in.Select = "ALL_ATTRIBUTES"
		},
		"One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an " +
			"IndexName": func(in *ddb.QueryInput) {
			in.Select, in.ProjectionExpression = "ALL_PROJECTED_ATTRIBUTES", nil
		},
	} {
		bad := *in
		change(&bad)
		_, err := c.Query(ctx, &bad)
		wantError(t, err, validation, want)
	}
}

func TestQueryRejected(t *testing.T) {
	c := numbered(t)
	for _, bad := range []struct {
		condition, filter string
		values, start     item
		want              string
	}{
		{"sk = :v", "", item{":v": num("1")}, nil, "Query condition missed key schema element: pk"},
		{"pk = :v AND v = :w", "", item{":v": str("a"), ":w": str("x")}, nil,
			"Query condition missed key schema element: sk"},
		{"pk > :v", "", item{":v": str("a")}, nil, "Query key condition not supported"},
		{"pk = :v", "", item{":v": num("1")}, nil,
			"One or more parameter values were invalid: Condition parameter type does not match schema type"},
		{"pk = :v AND begins_with(sk, :w)", "", item{":v": str("a"), ":w": str("x")}, nil,
			"One or more parameter values were invalid: Condition parameter type does not match schema type"},
		{"pk = :v AND sk = :w AND v = :w", "", item{":v": str("a"), ":w": num("1")}, nil,
			"The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)"},
		{"pk = :v", "sk = :w", item{":v": str("a"), ":w": num("1")}, nil,
			"Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"},
		{"pk = :v", "", item{":v": str("a")}, item{"pk": str("a")},
			"The provided starting key is invalid: The provided key element does not match the schema"},
		{"pk = :v", "", item{":v": str("a")}, item{"pk": str("b"), "sk": num("1")},
			"The provided starting key is outside query boundaries based on provided conditions"},
		{"", "", nil, nil, "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
	} {
		in := &ddb.QueryInput{TableName: ptr("events"), ExpressionAttributeValues: bad.values, ExclusiveStartKey: bad.start}
		if bad.condition != "" {
			in.KeyConditionExpression = &bad.condition
		}
		if bad.filter != "" {
			in.FilterExpression = &bad.filter
		}
		_, err := c.Query(ctx, in)
		wantError(t, err, validation, bad.want)
	}
	_, err := c.Query(ctx, &ddb.QueryInput{
		TableName: ptr("events"), KeyConditionExpression: ptr("pk = :v"), ExpressionAttributeValues: item{":v": str("a")},
		IndexName: ptr("nope"),
	})
	wantError(t, err, validation, "The table does not have the specified index: nope")
}

// A page ends with the item that reaches 1 MB, and the next begins after it.
func TestQueryPagesBySize(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("big", "pk", "sk"))
	for i := range 12 {
		put(t, c, "big", item{"pk": str("p"), "sk": str(fmt.Sprintf("%02d", i)), "data": str(strings.Repeat("x", 300_000))})
	}
	var sizes []int
	var seen []string
	pages := ddb.NewQueryPaginator(c, &ddb.QueryInput{
		TableName: ptr("big"), KeyConditionExpression: ptr("pk = :p"), ExpressionAttributeValues: item{":p": str("p")},
	})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(out.Items))
		seen = append(seen, texts(out.Items, "sk")...)
	}
	wantEqual(t, "items a page", sizes, []int{4, 4, 4, 0})
	wantEqual(t, "items", len(seen), 12)
	if !slices.IsSorted(seen) {
		t.Errorf("out of order: %v", seen)
	}
}

// After any puts and deletes, a query in either direction, in pages of any size, returns what a sorted slice
// would.
func TestQueryOrderModel(t *testing.T) {
	c := client(t, dynamodb.Config{})
	table := 0
	rapid.Check(t, func(t *rapid.T) {
		table++
		name := fmt.Sprintf("model%d", table)
		in := onDemand(name, "pk", "sk")
		kind := rapid.SampledFrom([]string{"S", "N"}).Draw(t, "kind")
		in.AttributeDefinitions[1].AttributeType = types.ScalarAttributeType(kind)
		if _, err := c.CreateTable(ctx, in); err != nil {
			t.Fatal(err)
		}
		model := map[string]bool{}
		keyOf := func(sk string) item {
			if kind == "N" {
				return item{"pk": str("p"), "sk": num(sk)}
			}
			return item{"pk": str("p"), "sk": str(sk)}
		}
		sortKeys := rapid.StringMatching(`[ab\x00é]{1,4}`)
		if kind == "N" {
			sortKeys = rapid.Map(rapid.IntRange(-30000, 30000), func(i int) string {
				return strconv.FormatFloat(float64(i)/100, 'f', -1, 64)
			})
		}
		for range rapid.IntRange(1, 25).Draw(t, "writes") {
			sk := sortKeys.Draw(t, "sk")
			if rapid.IntRange(0, 4).Draw(t, "delete") == 0 {
				delete(model, sk)
				_, err := c.DeleteItem(ctx, &ddb.DeleteItemInput{TableName: &name, Key: keyOf(sk)})
				if err != nil {
					t.Fatal(err)
				}
				continue
			}
			model[sk] = true
			if _, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: &name, Item: keyOf(sk)}); err != nil {
				t.Fatal(err)
			}
		}
		want := make([]string, 0, len(model))
		for sk := range model {
			want = append(want, sk)
		}
		slices.SortFunc(want, func(a, b string) int {
			if kind == "S" {
				return strings.Compare(a, b)
			}
			x, _ := strconv.ParseFloat(a, 64)
			y, _ := strconv.ParseFloat(b, 64)
			return cmp.Compare(x, y)
		})
		forward := rapid.Bool().Draw(t, "forward")
		if !forward {
			slices.Reverse(want)
		}
		got := []string{}
		pages := ddb.NewQueryPaginator(c, &ddb.QueryInput{
			TableName: &name, KeyConditionExpression: ptr("pk = :p"), ExpressionAttributeValues: item{":p": str("p")},
			ScanIndexForward: &forward, Limit: ptr(int32(rapid.IntRange(1, 10).Draw(t, "limit"))),
		})
		for pages.HasMorePages() {
			out, err := pages.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, texts(out.Items, "sk")...)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got  %q\nwant %q", got, want)
		}
	})
}

// A table without a sort key has one item for each key: a Query has no second page, and can't be asked for it.
func TestQueryOfOneItemHasOnePage(t *testing.T) {
	c := users(t)
	put(t, c, "users", item{"pk": str("a")})
	in := &ddb.QueryInput{
		TableName: ptr("users"), KeyConditionExpression: ptr("pk = :a"), ExpressionAttributeValues: item{":a": str("a")},
		Limit: ptr(int32(1)),
	}
	out := query(t, c, in)
	wantEqual(t, "items", len(out.Items), 1)
	wantEqual(t, "last key", item(out.LastEvaluatedKey), item(nil))
	in.ExclusiveStartKey = item{"pk": str("a")}
	_, err := c.Query(ctx, in)
	wantError(t, err, validation,
		"The provided exclusive start key is invalid: ExclusiveStartKey: {pk=AttributeValue: {S:a}}")
}
