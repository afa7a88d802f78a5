package dynamodb_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

// byKind queries the global index, byRank the local one, in order of rank.
func byKind(index string, kind string) *ddb.QueryInput {
	return &ddb.QueryInput{
		TableName: ptr("orders"), IndexName: &index, KeyConditionExpression: ptr("kind = :k"),
		ExpressionAttributeValues: item{":k": str(kind)},
	}
}

func byRank(pk string) *ddb.QueryInput {
	return &ddb.QueryInput{
		TableName: ptr("orders"), IndexName: ptr("byRank"), KeyConditionExpression: ptr("pk = :p"),
		ExpressionAttributeValues: item{":p": str(pk)},
	}
}

func order(pk, sk, kind, rank string) item {
	return item{"pk": str(pk), "sk": str(sk), "kind": str(kind), "rank": num(rank), "note": str("n" + sk)}
}

func TestIndexesFollowWrites(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, indexed("orders", all))
	put(t, c, "orders", order("a", "1", "x", "10"))
	put(t, c, "orders", order("a", "2", "x", "2"))
	put(t, c, "orders", order("b", "3", "x", "2"))                              // the same index key as a/2
	put(t, c, "orders", item{"pk": str("a"), "sk": str("4"), "kind": str("x")}) // sparse: no rank, so in neither index
	wantEqual(t, "by kind", len(query(t, c, byKind("byKind", "x")).Items), 3)
	wantEqual(t, "ranks by kind", texts(query(t, c, byKind("byKind", "x")).Items, "rank"), []string{"2", "2", "10"})
	wantEqual(t, "by rank", texts(query(t, c, byRank("a")).Items, "sk"), []string{"2", "1"})

	if _, err := c.UpdateItem(ctx, &ddb.UpdateItemInput{
		TableName: ptr("orders"), Key: item{"pk": str("a"), "sk": str("1")},
		UpdateExpression: ptr("SET #r = :one, kind = :y"), ExpressionAttributeNames: map[string]string{"#r": "rank"},
		ExpressionAttributeValues: item{":one": num("1"), ":y": str("y")},
	}); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "moved from", len(query(t, c, byKind("byKind", "x")).Items), 2)
	wantEqual(t, "moved to", texts(query(t, c, byKind("byKind", "y")).Items, "sk"), []string{"1"})
	wantEqual(t, "by rank", texts(query(t, c, byRank("a")).Items, "sk"), []string{"1", "2"})

	if _, err := c.DeleteItem(ctx, &ddb.DeleteItemInput{
		TableName: ptr("orders"), Key: item{"pk": str("a"), "sk": str("1")},
	}); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "deleted", len(query(t, c, byKind("byKind", "y")).Items), 0)
	wantEqual(t, "scan of an index",
		len(scanAll(t, c, &ddb.ScanInput{TableName: ptr("orders"), IndexName: ptr("byKind")})), 2)
}

func TestIndexPages(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, indexed("orders", all))
	for i := range 7 {
		put(t, c, "orders", order(fmt.Sprint("p", i), "s", "x", "5")) // one index key: only the table's tells them apart
	}
	seen := map[string]bool{}
	in := byKind("byKind", "x")
	in.Limit = ptr(int32(2))
	for {
		out := query(t, c, in)
		for _, pk := range texts(out.Items, "pk") {
			seen[pk] = true
		}
		if out.LastEvaluatedKey == nil {
			break
		}
		wantEqual(t, "attributes of the last key", len(out.LastEvaluatedKey), 4)
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
	wantEqual(t, "seen", len(seen), 7)
	in.ExclusiveStartKey = item{"pk": str("p1"), "sk": str("s")}
	_, err := c.Query(ctx, in)
	wantError(t, err, validation, "The provided starting key is invalid")
}

func TestIndexProjections(t *testing.T) {
	for _, projected := range []struct {
		projection types.Projection
		want       item
	}{
		{
			types.Projection{ProjectionType: "KEYS_ONLY"},
			item{"pk": str("a"), "sk": str("1"), "kind": str("x"), "rank": num("1")},
		},
		{types.Projection{ProjectionType: "INCLUDE", NonKeyAttributes: []string{"note"}}, order("a", "1", "x", "1")},
	} {
		c := client(t, dynamodb.Config{})
		create(t, c, indexed("orders", &projected.projection))
		whole := order("a", "1", "x", "1")
		whole["more"] = str("m")
		put(t, c, "orders", whole)
		wantEqual(t, "global", query(t, c, byKind("byKind", "x")).Items, []map[string]types.AttributeValue{projected.want})
		local := maps.Clone(projected.want)
		delete(local, "kind") // a key of the other index only
		wantEqual(t, "local", query(t, c, byRank("a")).Items, []map[string]types.AttributeValue{local})

		in := byRank("a") // a local index fetches what it lacks
		in.Select = "ALL_ATTRIBUTES"
		wantEqual(t, "all of local", query(t, c, in).Items, []map[string]types.AttributeValue{whole})
		in = byRank("a")
		in.ProjectionExpression = ptr("more")
		wantEqual(t, "more of local", query(t, c, in).Items, []map[string]types.AttributeValue{{"more": str("m")}})

		in = byKind("byKind", "x") // a global one refuses
		in.Select = "ALL_ATTRIBUTES"
		_, err := c.Query(ctx, in)
		wantError(t, err, validation,
			"One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index "+
				"byKind because its projection type is not ALL")
		in = byKind("byKind", "x")
		in.ProjectionExpression = ptr("more")
		_, err = c.Query(ctx, in)
		wantError(t, err, validation,
			"One or more parameter values were invalid: Global secondary index byKind does not project [more]")
	}
}

func TestIndexRejects(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, indexed("orders", all))
	in := byKind("byKind", "x")
	in.ConsistentRead = ptr(true)
	_, err := c.Query(ctx, in)
	wantError(t, err, validation, "Consistent reads are not supported on global secondary indexes")
	local := byRank("a")
	local.ConsistentRead = ptr(true)
	query(t, c, local)
	for want, bad := range map[string]item{
		"One or more parameter values were invalid: " +
			"Type mismatch for Index Key rank Expected: N Actual: S IndexName: byRank": {
			"pk": str("a"), "sk": str("1"), "rank": str("x"),
		},
		"One or more parameter values are not valid. A value specified for a secondary index key is not supported. The " +
			"AttributeValue for a key attribute " +
			"cannot contain an empty string value. IndexName: byKind, IndexKey: kind": {
			"pk": str("a"), "sk": str("1"), "kind": str(""),
		},
	} {
		_, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: ptr("orders"), Item: bad})
		wantError(t, err, validation, want)
	}
}

func TestIndexAddedAndRemoved(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("orders", "pk", "sk"))
	put(t, c, "orders", order("a", "1", "x", "1"))
	// of another type: the backfill leaves it out
	put(t, c, "orders", item{"pk": str("a"), "sk": str("2"), "kind": num("5")})
	update := func(u types.GlobalSecondaryIndexUpdate) error {
		_, err := c.UpdateTable(ctx, &ddb.UpdateTableInput{
			TableName: ptr("orders"), AttributeDefinitions: keyType("S", "kind"),
			GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{u},
		})
		return err
	}
	add := types.GlobalSecondaryIndexUpdate{
		Create: &types.CreateGlobalSecondaryIndexAction{IndexName: ptr("late"), KeySchema: keys("kind"), Projection: all},
	}
	if err := update(add); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "backfilled", texts(query(t, c, byKind("late", "x")).Items, "sk"), []string{"1"})
	put(t, c, "orders", order("a", "3", "x", "1"))
	wantEqual(t, "kept up", len(query(t, c, byKind("late", "x")).Items), 2)
	wantError(t, update(add), validation, "Attempting to create an index which already exists")
	remove := types.GlobalSecondaryIndexUpdate{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: ptr("late")}}
	if err := update(remove); err != nil {
		t.Fatal(err)
	}
	_, err := c.Query(ctx, byKind("late", "x"))
	wantError(t, err, validation, "The table does not have the specified index: late")
	wantError(t, update(remove), "ResourceNotFoundException", "Requested resource not found")
}

func TestIndexBackfills(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c := client(t, dynamodb.Config{Clock: clock, ActiveAfter: time.Minute})
	create(t, c, onDemand("orders", "pk", "sk"))
	clock.Advance(time.Minute)
	if _, err := c.UpdateTable(ctx, &ddb.UpdateTableInput{
		TableName: ptr("orders"), AttributeDefinitions: keyType("S", "kind"),
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{
			Create: &types.CreateGlobalSecondaryIndexAction{IndexName: ptr("late"), KeySchema: keys("kind"), Projection: all},
		}},
	}); err != nil {
		t.Fatal(err)
	}
	_, err := c.Query(ctx, byKind("late", "x"))
	wantError(t, err, validation, "Cannot read from backfilling global secondary index: late")
	clock.Advance(time.Minute)
	query(t, c, byKind("late", "x"))
}
