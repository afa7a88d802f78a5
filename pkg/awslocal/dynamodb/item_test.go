package dynamodb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

// users is a client with the table "users", keyed by the string pk.
func users(t testing.TB) *ddb.Client {
	t.Helper()
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("users", "pk"))
	return c
}

func TestItemKeepsEveryType(t *testing.T) {
	c := users(t)
	whole := item{
		"pk": str("k"), "s": str(""), "n": num("-1.5"), "b": bin(0, 1, 255),
		"t": &types.AttributeValueMemberBOOL{Value: true},
		"z": &types.AttributeValueMemberNULL{Value: true}, "l": list(str("a"), num("1"), list()),
		"m":  doc(item{"inner": doc(item{})}),
		"ss": strs("a", "b"), "ns": &types.AttributeValueMemberNS{Value: []string{"1", "2"}},
		"bs": &types.AttributeValueMemberBS{
			Value: [][]byte{{0}, {1}},
		},
		"é <&>": str("quote\" newline\n €"),
	}
	put(t, c, "users", whole)
	wantEqual(t, "item", get(t, c, "users", item{"pk": str("k")}), whole)
	wantEqual(t, "no item", get(t, c, "users", item{"pk": str("other")}), item(nil))
}

func TestPutReplacesAndReturnsOld(t *testing.T) {
	c := users(t)
	put(t, c, "users", item{"pk": str("k"), "a": num("1")})
	out, err := c.PutItem(ctx, &ddb.PutItemInput{
		TableName: ptr("users"), Item: item{"pk": str("k"), "b": num("2")}, ReturnValues: "ALL_OLD",
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "old", out.Attributes, item{"pk": str("k"), "a": num("1")})
	wantEqual(t, "new", get(t, c, "users", item{"pk": str("k")}), item{"pk": str("k"), "b": num("2")})
	_, err = c.PutItem(ctx, &ddb.PutItemInput{
		TableName: ptr("users"), Item: item{"pk": str("k")}, ReturnValues: "ALL_NEW",
	})
	wantError(t, err, validation, "ReturnValues can only be ALL_OLD or NONE")
}

func TestConditionFails(t *testing.T) {
	c := users(t)
	put(t, c, "users", item{"pk": str("k"), "a": num("1")})
	in := &ddb.PutItemInput{
		TableName: ptr("users"), Item: item{"pk": str("k")}, ConditionExpression: ptr("attribute_not_exists(pk)"),
		ReturnValuesOnConditionCheckFailure: "ALL_OLD",
	}
	_, err := c.PutItem(ctx, in)
	wantError(t, err, "ConditionalCheckFailedException", "The conditional request failed")
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		t.Fatalf("got %T", err)
	}
	wantEqual(t, "item in the error", failed.Item, item{"pk": str("k"), "a": num("1")})

	in.ReturnValuesOnConditionCheckFailure = "NONE"
	if _, err := c.PutItem(ctx, in); !errors.As(err, &failed) || failed.Item != nil {
		t.Errorf("without ALL_OLD the error bears %v", failed.Item)
	}
	_, err = c.DeleteItem(ctx, &ddb.DeleteItemInput{
		TableName: ptr("users"), Key: item{"pk": str("k")}, ConditionExpression: ptr("a > :v"),
		ExpressionAttributeValues: item{":v": num("1")},
	})
	wantError(t, err, "ConditionalCheckFailedException", "The conditional request failed")
	wantEqual(t, "item", get(t, c, "users", item{"pk": str("k")}), item{"pk": str("k"), "a": num("1")})
}

func TestDelete(t *testing.T) {
	c := users(t)
	put(t, c, "users", item{"pk": str("k"), "a": num("1")})
	for _, want := range []item{{"pk": str("k"), "a": num("1")}, nil} { // deleting nothing is no error
		out, err := c.DeleteItem(ctx, &ddb.DeleteItemInput{
			TableName: ptr("users"), Key: item{"pk": str("k")}, ReturnValues: "ALL_OLD",
		})
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "deleted", out.Attributes, want)
	}
}

func TestUpdateReturnValues(t *testing.T) {
	for values, want := range map[types.ReturnValue]item{
		"NONE": nil, "": nil,
		"ALL_OLD":     {"pk": str("k"), "n": num("1"), "keep": str("x"), "m": doc(item{"a": num("1"), "b": num("2")})},
		"UPDATED_OLD": {"n": num("1"), "m": doc(item{"a": num("1")})},
		"ALL_NEW": {
			"pk": str("k"), "n": num("2"), "keep": str("x"), "m": doc(item{"a": num("9"), "b": num("2")}), "fresh": str("y"),
		},
		"UPDATED_NEW": {"n": num("2"), "m": doc(item{"a": num("9")}), "fresh": str("y")},
	} {
		c := users(t)
		put(t, c, "users", item{
			"pk": str("k"), "n": num("1"), "keep": str("x"), "m": doc(item{"a": num("1"), "b": num("2")}),
		})
		out, err := c.UpdateItem(ctx, &ddb.UpdateItemInput{
			TableName: ptr("users"), Key: item{"pk": str("k")}, ReturnValues: values,
			UpdateExpression:          ptr("SET n = n + :one, m.a = :nine, fresh = :y"),
			ExpressionAttributeValues: item{":one": num("1"), ":nine": num("9"), ":y": str("y")},
		})
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, string(values), out.Attributes, want)
	}
}

func TestUpdateCreates(t *testing.T) {
	c := users(t)
	update := func(pk string, in ddb.UpdateItemInput) *ddb.UpdateItemOutput {
		t.Helper()
		in.TableName, in.Key = ptr("users"), item{"pk": str(pk)}
		out, err := c.UpdateItem(ctx, &in)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	out := update("set", ddb.UpdateItemInput{
		UpdateExpression: ptr("SET a = :a"), ExpressionAttributeValues: item{":a": num("1")}, ReturnValues: "ALL_OLD",
	})
	wantEqual(t, "old of nothing", out.Attributes, item(nil))
	wantEqual(t, "set", get(t, c, "users", item{"pk": str("set")}), item{"pk": str("set"), "a": num("1")})
	update("bare", ddb.UpdateItemInput{})
	wantEqual(t, "no expression", get(t, c, "users", item{"pk": str("bare")}), item{"pk": str("bare")})
	update("remove", ddb.UpdateItemInput{UpdateExpression: ptr("REMOVE a")})
	wantEqual(t, "only REMOVE", get(t, c, "users", item{"pk": str("remove")}), item(nil))
}

func TestUpdateRejected(t *testing.T) {
	c := users(t)
	put(t, c, "users", item{"pk": str("k"), "s": str("x")})
	for expression, want := range map[string]string{
		"SET pk = :one": "One or more parameter values were invalid: Cannot update attribute pk. This attribute is " +
			"part of the key",
		"SET s = s + :one":     "An operand in the update expression has an incorrect data type",
		"SET n = nope + :one":  "The provided expression refers to an attribute that does not exist in the item",
		"SET nope.a = :one":    "The document path provided in the update expression is invalid for update",
		"SET n = :one + :huge": "Number overflow. Attempting to store a number with magnitude larger than supported range",
		"SET n := :one":        `Invalid UpdateExpression: Syntax error; token: ":", near: "n :="`,
	} {
		values := item{":one": num("1")}
		if strings.Contains(expression, ":huge") {
			values[":huge"] = num("1e50")
		}
		_, err := c.UpdateItem(ctx, &ddb.UpdateItemInput{
			TableName: ptr("users"), Key: item{"pk": str("k")}, UpdateExpression: &expression, ExpressionAttributeValues: values,
		})
		wantError(t, err, validation, want)
	}
	wantEqual(t, "item", get(t, c, "users", item{"pk": str("k")}), item{"pk": str("k"), "s": str("x")})
}

func TestItemsRejected(t *testing.T) {
	c := users(t)
	create(t, c, onDemand("orders", "pk", "sk"))
	big := str(strings.Repeat("x", 400<<10))
	for _, bad := range []struct {
		table, want string
		put         item
	}{
		{"users", "One or more parameter values were invalid: Missing the key pk in the item", item{"a": str("x")}},
		{"orders", "One or more parameter values were invalid: Missing the key sk in the item", item{"pk": str("x")}},
		{"users", "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
			item{"pk": num("1")}},
		{"users",
			"One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
				"string value. Key: pk", item{"pk": str("")}},
		{"users",
			"One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes", item{
				"pk": str(strings.Repeat("k", 2049)),
			}},
		{"orders",
			"One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of " +
				"1024 bytes", item{
				"pk": str("x"), "sk": str(strings.Repeat("k", 1025)),
			}},
		{"users", "Item size has exceeded the maximum allowed size", item{"pk": str("x"), "a": big}},
		{"users", "Number overflow. Attempting to store a number with magnitude larger than supported range", item{
			"pk": str("x"), "a": num("1e126"),
		}},
		{"users", "One or more parameter values were invalid: An string set  may not be empty", item{
			"pk": str("x"), "a": strs(),
		}},
	} {
		_, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: &bad.table, Item: bad.put})
		wantError(t, err, validation, bad.want)
	}
	for _, bad := range []struct {
		key  item
		want string
	}{
		{item{"pk": str("x")}, "The provided key element does not match the schema"},
		{item{"pk": str("x"), "sk": num("1")}, "The provided key element does not match the schema"},
		{item{"pk": str("x"), "sk": str("y"), "more": str("z")}, "The provided key element does not match the schema"},
		{item{"pk": str("x"), "sk": str("")},
			"One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
				"string value. Key: sk"},
	} {
		_, err := c.GetItem(ctx, &ddb.GetItemInput{TableName: ptr("orders"), Key: bad.key})
		wantError(t, err, validation, bad.want)
	}
	put(t, c, "users", item{"pk": str("big"), "a": str(strings.Repeat("x", 400<<10-6))}) // 409,600 bytes exactly
	_, err := c.UpdateItem(ctx, &ddb.UpdateItemInput{
		TableName: ptr("users"), Key: item{"pk": str("big")}, UpdateExpression: ptr("SET b = :b"),
		ExpressionAttributeValues: item{":b": str("")},
	})
	wantError(t, err, validation, "Item size to update has exceeded the maximum allowed size")
}

func TestRequestsRejected(t *testing.T) {
	c := users(t)
	key := item{"pk": str("k")}
	for _, bad := range []struct {
		in   ddb.PutItemInput
		want string
	}{
		{ddb.PutItemInput{TableName: ptr("bad table!")},
			"1 validation error detected: Value 'bad table!' at 'tableName' failed to satisfy constraint: " +
				"Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
		{ddb.PutItemInput{ReturnValues: "X", ReturnConsumedCapacity: "Y"},
			"2 validation errors detected: Value 'Y' at 'returnConsumedCapacity' failed to satisfy constraint: " +
				"Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value 'X' at 'returnValues' failed to satisfy " +
				"constraint: " +
				"Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"},
		{ddb.PutItemInput{ExpressionAttributeValues: item{":v": num("1")}},
			"ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"},
		{ddb.PutItemInput{ExpressionAttributeNames: map[string]string{"#a": "a"}},
			"ExpressionAttributeNames can only be specified when using expressions"},
		{ddb.PutItemInput{ConditionExpression: ptr("a = :v"), ExpressionAttributeValues: item{":v": num("x")}},
			"ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x " +
				"for key :v"},
		{ddb.PutItemInput{ConditionExpression: ptr("a = :v"), ExpressionAttributeValues: item{
			":v": num("1"), ":w": num("1"),
		}},
			"Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"},
		{ddb.PutItemInput{Expected: map[string]types.ExpectedAttributeValue{"pk": {Exists: ptr(false)}},
			ConditionExpression: ptr("attribute_exists(a)")},
			"Can not use both expression and non-expression parameters in the same request: Non-expression parameters: " +
				"{Expected} Expression parameters: {ConditionExpression}"},
	} {
		if bad.in.TableName == nil {
			bad.in.TableName = ptr("users")
		}
		bad.in.Item = key
		_, err := c.PutItem(ctx, &bad.in)
		wantError(t, err, validation, bad.want)
	}
	_, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: ptr("nope"), Item: key})
	wantError(t, err, "ResourceNotFoundException", "Requested resource not found")
	_, err = c.ListBackups(ctx, &ddb.ListBackupsInput{})
	wantError(t, err, "UnknownOperationException",
		`The operation "ListBackups" is not supported by the embedded AWS.`)
}

func TestGetProjects(t *testing.T) {
	c := users(t)
	put(t, c, "users", item{
		"pk": str("k"), "name": str("n"), "l": list(num("1"), num("2")), "m": doc(item{"a": num("1"), "b": num("2")}),
	})
	out, err := c.GetItem(ctx, &ddb.GetItemInput{
		TableName: ptr("users"), Key: item{"pk": str("k")}, ProjectionExpression: ptr("#n, l[1], m.b, nope"),
		ExpressionAttributeNames: map[string]string{"#n": "name"},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "projected", out.Item, item{"name": str("n"), "l": list(num("2")), "m": doc(item{"b": num("2")})})
	_, err = c.GetItem(ctx, &ddb.GetItemInput{
		TableName: ptr("users"), Key: item{"pk": str("k")}, ProjectionExpression: ptr("name"),
	})
	wantError(t, err, validation,
		"Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: name")
}

// A table's ARN stands for its name.
func TestTableARN(t *testing.T) {
	c := users(t)
	arn := fmt.Sprintf("arn:aws:dynamodb:us-east-1:%012d:table/users", 0)
	out, err := c.DescribeTable(ctx, &ddb.DescribeTableInput{TableName: &arn})
	if err != nil || *out.Table.TableArn != arn {
		t.Fatalf("describe %s: %v, %v", arn, out, err)
	}
	put(t, c, arn, item{"pk": str("k")})
	wantEqual(t, "item", get(t, c, "users", item{"pk": str("k")}), item{"pk": str("k")})
}

// From an item that is there, a document that is not can't be removed.
func TestRemovalFromNothing(t *testing.T) {
	c := users(t)
	remove := func() error {
		_, err := c.UpdateItem(ctx, &ddb.UpdateItemInput{
			TableName: ptr("users"), Key: item{"pk": str("a")}, UpdateExpression: ptr("REMOVE x.y, z[0]"),
		})
		return err
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "made", get(t, c, "users", item{"pk": str("a")}), item(nil))
	put(t, c, "users", item{"pk": str("a")})
	wantError(t, remove(), validation, "The document path provided in the update expression is invalid for update")
}
