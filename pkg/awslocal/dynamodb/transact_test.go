package dynamodb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

func transact(c *ddb.Client, items ...types.TransactWriteItem) error {
	_, err := c.TransactWriteItems(ctx, &ddb.TransactWriteItemsInput{TransactItems: items})
	return err
}

func putAction(table string, i item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{TableName: &table, Item: i}}
}

func addAction(table, pk string) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &table, Key: item{"pk": str(pk)}, UpdateExpression: ptr("ADD n :one"),
		ExpressionAttributeValues: item{":one": num("1")},
	}}
}

func checkAction(table, pk, condition string) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &table, Key: item{"pk": str(pk)}, ConditionExpression: &condition,
		ReturnValuesOnConditionCheckFailure: "ALL_OLD",
	}}
}

func TestTransactionWritesAllOrNothing(t *testing.T) {
	c := users(t)
	create(t, c, onDemand("accounts", "pk"))
	put(t, c, "users", item{"pk": str("there"), "n": num("1")})
	put(t, c, "users", item{"pk": str("gone")})
	out, err := c.TransactWriteItems(ctx,
		&ddb.TransactWriteItemsInput{ReturnConsumedCapacity: "TOTAL", TransactItems: []types.TransactWriteItem{
			putAction("users", item{"pk": str("fresh")}),
			addAction("accounts", "a"),
			{Delete: &types.Delete{TableName: ptr("users"), Key: item{"pk": str("gone")}}},
			checkAction("users", "there", "attribute_exists(n)"),
		}})
	if err != nil {
		t.Fatal(err)
	}
	units := map[string]float64{}
	for _, used := range out.ConsumedCapacity {
		units[*used.TableName] = *used.WriteCapacityUnits
	}
	wantEqual(t, "units", units, map[string]float64{"users": 6, "accounts": 2})
	wantEqual(t, "put", get(t, c, "users", item{"pk": str("fresh")}), item{"pk": str("fresh")})
	wantEqual(t, "updated", get(t, c, "accounts", item{"pk": str("a")}), item{"pk": str("a"), "n": num("1")})
	wantEqual(t, "deleted", get(t, c, "users", item{"pk": str("gone")}), item(nil))

	err = transact(c,
		addAction("accounts", "a"),
		checkAction("users", "there", "attribute_not_exists(n)"),
		putAction("users", item{"pk": str("late")}),
	)
	wantError(t, err, "TransactionCanceledException",
		"Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]")
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &canceled) || len(canceled.CancellationReasons) != 3 {
		t.Fatalf("got %v", err)
	}
	wantEqual(t, "item of the failed check", item(canceled.CancellationReasons[1].Item), item{
		"pk": str("there"), "n": num("1"),
	})
	wantEqual(t, "not updated", get(t, c, "accounts", item{"pk": str("a")}), item{"pk": str("a"), "n": num("1")})
	wantEqual(t, "not put", get(t, c, "users", item{"pk": str("late")}), item(nil))
}

func TestTransactionToken(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c := client(t, dynamodb.Config{Clock: clock})
	create(t, c, onDemand("users", "pk"))
	add := func(pk string) error {
		_, err := c.TransactWriteItems(ctx, &ddb.TransactWriteItemsInput{
			ClientRequestToken: ptr("token"), TransactItems: []types.TransactWriteItem{addAction("users", pk)},
		})
		return err
	}
	count := func(want string) {
		t.Helper()
		wantEqual(t, "count", get(t, c, "users", item{"pk": str("a")}), item{"pk": str("a"), "n": num(want)})
	}
	for range 3 {
		if err := add("a"); err != nil {
			t.Fatal(err)
		}
	}
	count("1")
	wantError(t, add("b"), "IdempotentParameterMismatchException",
		"DynamoDB rejected the request because you retried a request with a different "+
			"payload but with an idempotent token that was already used.")
	clock.Advance(10 * time.Minute)
	if err := add("a"); err != nil {
		t.Fatal(err)
	}
	count("2")
}

// A canceled transaction does not use up its token.
func TestTransactionTokenAfterFailure(t *testing.T) {
	c := users(t)
	try := func() error {
		_, err := c.TransactWriteItems(ctx, &ddb.TransactWriteItemsInput{
			ClientRequestToken: ptr("token"), TransactItems: []types.TransactWriteItem{
				checkAction("users", "k", "attribute_exists(pk)"),
			},
		})
		return err
	}
	wantError(t, try(), "TransactionCanceledException",
		"Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed]")
	put(t, c, "users", item{"pk": str("k")})
	if err := try(); err != nil {
		t.Error(err)
	}
}

func TestTransactionRejected(t *testing.T) {
	c := users(t)
	var tooMany, tooBig []types.TransactWriteItem
	for i := range 101 {
		tooMany = append(tooMany, addAction("users", fmt.Sprint(i)))
	}
	for i := range 12 {
		tooBig = append(tooBig, putAction("users", item{"pk": str(fmt.Sprint(i)), "d": str(strings.Repeat("x", 360_000))}))
	}
	for want, items := range map[string][]types.TransactWriteItem{
		"1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length " +
			"greater than or equal to 1": {},
		"1 validation error detected: Value '[101 elements]' at 'transactItems' failed to satisfy constraint: Member must " +
			"have length less than or equal to 100": tooMany,
		"Transaction request cannot include multiple operations on one item": {addAction("users", "a"),
			checkAction("users", "a", "attribute_exists(pk)")},
		"TransactItems can only contain one of Check, Put, Update or Delete": {{}},
		"Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name": {checkAction("users",
			"a", "name = b")},
		"One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string " +
			"value. Key: pk": {addAction("users", "")},
		"Transaction payload size cannot exceed 4MB": tooBig,
	} {
		if items == nil {
			items = []types.TransactWriteItem{}
		}
		wantError(t, transact(c, items...), validation, want)
	}
	wantError(t, transact(c, addAction("nope", "a")), "ResourceNotFoundException", "Requested resource not found")
}

func TestTransactionGets(t *testing.T) {
	c := users(t)
	put(t, c, "users", item{"pk": str("a"), "n": num("1"), "m": num("2")})
	read := func(pk string) types.TransactGetItem {
		return types.TransactGetItem{
			Get: &types.Get{TableName: ptr("users"), Key: item{"pk": str(pk)}, ProjectionExpression: ptr("n")},
		}
	}
	out, err := c.TransactGetItems(ctx, &ddb.TransactGetItemsInput{
		TransactItems: []types.TransactGetItem{read("a"), read("nope")}, ReturnConsumedCapacity: "TOTAL",
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "found", item(out.Responses[0].Item), item{"n": num("1")})
	wantEqual(t, "not found", item(out.Responses[1].Item), item(nil))
	wantEqual(t, "units", *out.ConsumedCapacity[0].ReadCapacityUnits, 4.0)
	_, err = c.TransactGetItems(ctx, &ddb.TransactGetItemsInput{
		TransactItems: []types.TransactGetItem{read("a"), read("a")},
	})
	wantError(t, err, validation, "Transaction request cannot include multiple operations on one item")
}

// A wrong key is found before conditions are looked at, and the first of several alone.
func TestTransactionWithAWrongKey(t *testing.T) {
	c := users(t)
	put(t, c, "users", item{"pk": str("there")})
	reasons := func(err error, message string) (codes []string) {
		t.Helper()
		var canceled *types.TransactionCanceledException
		if !errors.As(err, &canceled) {
			t.Fatalf("got %v", err)
		}
		for _, reason := range canceled.CancellationReasons {
			codes = append(codes, *reason.Code)
		}
		wantEqual(t, "message", *canceled.CancellationReasons[1].Message, message)
		return codes
	}
	want := []string{"None", "ValidationError", "None"}
	wantEqual(t, "writes", reasons(transact(c, checkAction("users", "there", "attribute_not_exists(pk)"),
		putAction("users", item{"no": str("key")}), putAction("users", item{"pk": num("8")})),
		"One or more parameter values were invalid: Missing the key pk in the item"), want)
	read := func(key item) types.TransactGetItem {
		return types.TransactGetItem{Get: &types.Get{TableName: ptr("users"), Key: key}}
	}
	_, err := c.TransactGetItems(ctx, &ddb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		read(item{"pk": str("there")}), read(item{"pk": num("7")}), read(item{"pk": num("8")}),
	}})
	wantEqual(t, "reads", reasons(err, "The provided key element does not match the schema"), want)
}
