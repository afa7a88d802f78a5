package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

// keyOf makes a KeySchema of names such as "a:HASH".
func keyOf(elements ...string) (schema []types.KeySchemaElement) {
	for _, element := range elements {
		name, kind, _ := strings.Cut(element, ":")
		schema = append(schema, types.KeySchemaElement{AttributeName: &name, KeyType: types.KeyType(kind)})
	}
	return schema
}

// matches is a table keyed by id with the global index "multi" of two hash and three sort key attributes, of which
// r2 is a number.
func matches() *ddb.CreateTableInput {
	in := onDemand("matches", "id")
	in.AttributeDefinitions = append(in.AttributeDefinitions, keyType("S", "h1", "h2", "r1", "r3")...)
	in.AttributeDefinitions = append(in.AttributeDefinitions, keyType("N", "r2")...)
	in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{
		IndexName: ptr("multi"), KeySchema: keyOf("h1:HASH", "h2:HASH", "r1:RANGE", "r2:RANGE", "r3:RANGE"), Projection: all,
	}}
	return in
}

// match is an item whose id has its key in the index: "h1 h2 r1 r2 r3".
func match(id string) item {
	i := item{"id": str(id)}
	for n, value := range strings.Fields(id) {
		name := []string{"h1", "h2", "r1", "r2", "r3"}[n]
		if i[name] = str(value); name == "r2" {
			i[name] = num(value)
		}
	}
	return i
}

func byMulti(condition string) *ddb.QueryInput {
	in := &ddb.QueryInput{
		TableName: ptr("matches"), IndexName: ptr("multi"), KeyConditionExpression: &condition,
		ExpressionAttributeValues: item{},
	}
	for name, value := range (item{
		":a": str("a"), ":b": str("b"), ":x": str("x"), ":y": str("y"), ":2": num("2"), ":9": num("9"), ":10": num("10"),
	}) {
		if strings.Contains(condition+" ", name+" ") || strings.Contains(condition, name+")") {
			in.ExpressionAttributeValues[name] = value
		}
	}
	return in
}

func TestMultiAttributeKeysQueried(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, matches())
	for _, id := range []string{
		"a b x 10 p", "a b x 9 q", "a b x 9 p", "a b y 2 p", "a b x 2 p", "ab - x 2 p", "a c x 2 p", "b a x 2 p",
		"a b x 2", "a b x", "a", // not in the index: each lacks attributes of the key
	} {
		put(t, c, "matches", match(id))
	}
	for _, tc := range []struct {
		condition string
		want      []string
	}{
		{"h1 = :a AND h2 = :b", []string{"a b x 2 p", "a b x 9 p", "a b x 9 q", "a b x 10 p", "a b y 2 p"}},
		{"h2 = :b AND r1 = :x AND h1 = :a", []string{"a b x 2 p", "a b x 9 p", "a b x 9 q", "a b x 10 p"}},
		{"h1 = :a AND h2 = :b AND r1 > :x", []string{"a b y 2 p"}},
		{"h1 = :a AND h2 = :b AND r1 <= :x", []string{"a b x 2 p", "a b x 9 p", "a b x 9 q", "a b x 10 p"}},
		{"h1 = :a AND h2 = :b AND begins_with(r1, :y)", []string{"a b y 2 p"}},
		{"h1 = :a AND h2 = :b AND r1 = :x AND r2 = :9", []string{"a b x 9 p", "a b x 9 q"}},
		{"h1 = :a AND h2 = :b AND r1 = :x AND r2 >= :9", []string{"a b x 9 p", "a b x 9 q", "a b x 10 p"}},
		{"h1 = :a AND h2 = :b AND r1 = :x AND r2 < :9", []string{"a b x 2 p"}},
		{"h1 = :a AND h2 = :b AND r1 = :x AND r2 BETWEEN :2 AND :9", []string{"a b x 2 p", "a b x 9 p", "a b x 9 q"}},
		{"h1 = :a AND h2 = :b AND r1 = :x AND r2 = :9 AND r3 > :a", []string{"a b x 9 p", "a b x 9 q"}},
		{"h1 = :a AND h2 = :b AND r1 = :x AND r2 = :9 AND r3 = :a", []string{}},
		{"h1 = :b AND h2 = :a", []string{"b a x 2 p"}},
	} {
		in := byMulti(tc.condition)
		wantEqual(t, tc.condition, texts(query(t, c, in).Items, "id"), tc.want)
		in.ScanIndexForward = ptr(false)
		var backward []string
		for _, id := range texts(query(t, c, in).Items, "id") {
			backward = append([]string{id}, backward...)
		}
		wantEqual(t, tc.condition+" backward", append([]string{}, backward...), tc.want)
	}
	out := scanAll(t, c, &ddb.ScanInput{TableName: ptr("matches"), IndexName: ptr("multi")})
	wantEqual(t, "in the index", len(out), 8)

	in := byMulti("")
	in.KeyConditionExpression, in.ExpressionAttributeValues = nil, nil
	in.KeyConditions = map[string]types.Condition{
		"h1": compare("EQ", str("a")), "h2": compare("EQ", str("b")), "r1": compare("EQ", str("x")),
		"r2": compare("LT", num("9")),
	}
	wantEqual(t, "KeyConditions", texts(query(t, c, in).Items, "id"), []string{"a b x 2 p"})
}

func TestMultiAttributeKeyConditionsRefused(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, matches())
	const hashes, ranges = "HASH key attributes %s must have equality conditions specified in the query",
		"RANGE key attributes %s must have equality conditions specified in the query because a condition is present on " +
			"key attribute %s"
	for _, tc := range []struct{ condition, want string }{
		{"h1 = :a", fmt.Sprintf(hashes, "h2")},
		{"r1 = :x", fmt.Sprintf(hashes, "h1, h2")},
		{"h1 = :a AND h2 > :b", fmt.Sprintf(hashes, "h2")},
		{"h1 = :a AND begins_with(h2, :b)", fmt.Sprintf(hashes, "h2")},
		{"h1 = :a AND h2 = :b AND r2 = :9", fmt.Sprintf(ranges, "r1", "r2")},
		{"h1 = :a AND h2 = :b AND r3 = :x", fmt.Sprintf(ranges, "r1, r2", "r3")},
		{"h1 = :a AND h2 = :b AND r1 = :x AND r3 = :x", fmt.Sprintf(ranges, "r2", "r3")},
		{"h1 = :a AND h2 = :b AND r1 > :x AND r2 = :9", fmt.Sprintf(ranges, "r1", "r2")},
		{"h1 = :a AND h2 = :b AND r1 > :x AND r2 > :9", fmt.Sprintf(ranges, "r1", "r2")},
		{"h1 = :a AND h2 = :b AND id = :x", "Query key condition not supported"},
		{"h1 = :a AND h2 = :9",
			"One or more parameter values were invalid: Condition parameter type does not match schema type"},
		{"h1 = :a AND h2 = :b AND r1 = :x AND begins_with(r2, :x)",
			"One or more parameter values were invalid: Condition parameter type does not match schema type"},
		{"h1 = :a AND h2 = :b AND r1 = :a AND r2 = :2 AND r3 = :x AND id = :y AND z = :a",
			"The number of query conditions (7) exceeds the number of key attributes defined in the schema (6)"},
	} {
		_, err := c.Query(ctx, byMulti(tc.condition))
		wantError(t, err, validation, tc.want)
	}
	in := byMulti("h1 = :a AND h2 = :b")
	in.FilterExpression = ptr("r3 = :a")
	_, err := c.Query(ctx, in)
	wantError(t, err, validation,
		"Filter Expression can only contain non-primary key attributes: Primary key attribute: r3")
	_, err = c.ExecuteStatement(ctx, &ddb.ExecuteStatementInput{
		Statement: ptr(`SELECT * FROM matches.multi WHERE h1 = 'a' AND h2 = 'b'`),
	})
	wantError(t, err, validation, "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or "+
		"multi-attribute RANGE keys.")
}

func TestMultiAttributeKeysPaged(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, matches())
	want := []string{}
	for i := range 5 {
		want = append(want, fmt.Sprintf("a b x 2 %d", i))
		put(t, c, "matches", match(want[i]))
	}
	for _, limit := range []int32{1, 2, 5, 9} {
		in := byMulti("h1 = :a AND h2 = :b AND r1 = :x")
		in.Limit = &limit
		got := []string{}
		for {
			out := query(t, c, in)
			got = append(got, texts(out.Items, "id")...)
			if out.LastEvaluatedKey == nil {
				break
			}
			wantEqual(t, "last key", item(out.LastEvaluatedKey), match(got[len(got)-1]))
			in.ExclusiveStartKey = out.LastEvaluatedKey
		}
		wantEqual(t, "pages", got, want)
	}
	for name, want := range map[string]string{
		"r2": "The provided starting key is invalid", "": "",
		"h2": "The provided starting key is outside query boundaries based on provided conditions",
	} {
		in := byMulti("h1 = :a AND h2 = :b")
		in.ExclusiveStartKey = match("a b x 2 0")
		switch name {
		case "":
			wantEqual(t, "after the start key", len(query(t, c, in).Items), 4)
			continue
		case "r2":
			delete(in.ExclusiveStartKey, name)
		default:
			in.ExclusiveStartKey[name] = str("z")
		}
		_, err := c.Query(ctx, in)
		wantError(t, err, validation, want)
	}
}

// An item enters the index when it has the last attribute of the key, moves with any, and leaves with the first gone.
func TestMultiAttributeKeysFollowWrites(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, matches())
	update := func(expression string, values item) {
		t.Helper()
		if _, err := c.UpdateItem(ctx, &ddb.UpdateItemInput{
			TableName: ptr("matches"), Key: item{"id": str("a b x 9 p")}, UpdateExpression: &expression,
			ExpressionAttributeValues: values,
		}); err != nil {
			t.Fatal(err)
		}
	}
	found := func(condition string) int { return len(query(t, c, byMulti(condition)).Items) }
	put(t, c, "matches", match("a b x 9 p"))
	for _, name := range []string{"h1", "h2", "r1", "r2", "r3"} {
		value := match("a b x 9 p")[name]
		update("REMOVE "+name, nil)
		wantEqual(t, "without "+name, found("h1 = :a AND h2 = :b"), 0)
		update("SET "+name+" = :v", item{":v": value})
		wantEqual(t, "with "+name, found("h1 = :a AND h2 = :b"), 1)
	}
	update("SET h2 = :x", item{":x": str("x")})
	wantEqual(t, "moved from", found("h1 = :a AND h2 = :b"), 0)
	wantEqual(t, "moved to", found("h1 = :a AND h2 = :x"), 1)

	const invalid = "One or more parameter values were invalid: "
	for _, tc := range []struct {
		bad  item
		want string
	}{
		{item{"r2": str("x")}, invalid + "Type mismatch for Index Key r2 Expected: N Actual: S IndexName: multi"},
		{item{"h2": str("")}, "One or more parameter values are not valid. A value specified for a secondary index key is " +
			"not supported. The AttributeValue for a key attribute cannot contain an empty string value. " +
			"IndexName: multi, IndexKey: h2"},
		{item{"h1": str(strings.Repeat("h", 2040)), "h2": str("123456789")},
			invalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{item{"r1": str(strings.Repeat("r", 1020)), "r3": str("12345")},
			invalid + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"},
	} {
		tc.bad["id"] = str("bad")
		_, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: ptr("matches"), Item: tc.bad})
		wantError(t, err, validation, tc.want)
	}
}

func TestMultiAttributeKeySchemas(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("late", "id"))
	const invalid = "One or more parameter values were invalid: "
	for i, tc := range []struct {
		key  string
		want string // empty if AWS takes it
	}{
		{"a:HASH b:HASH", ""}, {"a:HASH b:RANGE c:RANGE", ""}, {"a:HASH id:RANGE", ""},
		{"a:HASH b:HASH c:HASH d:HASH e:RANGE f:RANGE g:RANGE h:RANGE", ""},
		{"a:HASH b:HASH c:HASH d:HASH e:HASH",
			invalid + "The KeySchema exceeds the maximum allowed number of HASH key attributes"},
		{"a:HASH b:RANGE c:RANGE d:RANGE e:RANGE f:RANGE",
			invalid + "The KeySchema exceeds the maximum allowed number of RANGE key attributes"},
		{"a:HASH b:RANGE c:HASH", invalid + "All HASH key attributes must precede RANGE key attributes in the KeySchema"},
		{"b:RANGE a:HASH", "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
		{"a:HASH a:RANGE", "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
		{"a:HASH a:HASH", "The KeySchema contains multiple key attributes with the same name"},
		{"a:HASH b:HASH a:RANGE", "The KeySchema contains multiple key attributes with the same name"},
	} {
		in := onDemand(fmt.Sprint("multi", i), "id")
		key := keyOf(strings.Fields(tc.key)...)
		defined := map[string]bool{"id": true}
		for _, e := range key {
			if !defined[*e.AttributeName] {
				in.AttributeDefinitions = append(in.AttributeDefinitions, keyType("S", *e.AttributeName)...)
				defined[*e.AttributeName] = true
			}
		}
		in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{IndexName: ptr("multi"), KeySchema: key, Projection: all}}
		out, err := c.CreateTable(ctx, in)
		if tc.want != "" {
			wantError(t, err, validation, tc.want)
			_, err = c.UpdateTable(ctx, &ddb.UpdateTableInput{
				TableName: ptr("late"), AttributeDefinitions: in.AttributeDefinitions,
				GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{
					Create: &types.CreateGlobalSecondaryIndexAction{IndexName: ptr("multi"), KeySchema: key, Projection: all},
				}},
			})
			wantError(t, err, validation, tc.want)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, tc.key, out.TableDescription.GlobalSecondaryIndexes[0].KeySchema, key)
	}
	in := onDemand("table", "a", "b")
	in.KeySchema = keyOf("a:HASH", "b:RANGE", "c:RANGE")
	_, err := c.CreateTable(ctx, in)
	wantError(t, err, validation, "1 validation error detected: Value '[KeySchemaElement(attributeName=a, keyType=HASH), "+
		"KeySchemaElement(attributeName=b, keyType=RANGE), KeySchemaElement(attributeName=c, keyType=RANGE)]' at "+
		"'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2")
}
