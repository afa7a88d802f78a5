package conformance

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var dynamoItems = []Case{
	{"an item keeps attributes of every type", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		in := item{
			"pk": s("a"), "n": n(7), "list": list(s("x"), n(1)), "map": object(item{"in": s("side")}), "set": set("p"),
			"bool": &types.AttributeValueMemberBOOL{Value: true}, "null": &types.AttributeValueMemberNULL{Value: true},
			"bytes": &types.AttributeValueMemberB{Value: []byte{0, 255}},
		}
		e.put(t, table, in)
		if got := e.get(t, table, item{"pk": s("a")}); !reflect.DeepEqual(got, in) {
			t.Fatalf("got %v", got)
		}
	}},
	{"a missing item is an empty result, not an error", func(t *testing.T, e *Env) {
		equal(t, "attributes", len(e.get(t, e.table(t, ""), item{"pk": s("none")})), 0)
	}},
	{"a put replaces the whole item and can return the old one", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a"), "x": n(1)})
		old := ok(e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &table, Item: item{"pk": s("a"), "y": n(2)}, ReturnValues: "ALL_OLD",
		}))(t)
		equal(t, "old x", number(old.Attributes["x"]), "1")
		got := e.get(t, table, item{"pk": s("a")})
		if got["x"] != nil || number(got["y"]) != "2" {
			t.Fatalf("got %v", got)
		}
	}},
	{"a delete can return the old item, and deleting nothing succeeds", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a"), "x": n(1)})
		in := &dynamodb.DeleteItemInput{TableName: &table, Key: item{"pk": s("a")}, ReturnValues: "ALL_OLD"}
		equal(t, "old x", number(ok(e.Dynamo.DeleteItem(t.Context(), in))(t).Attributes["x"]), "1")
		equal(t, "attributes the second time", len(ok(e.Dynamo.DeleteItem(t.Context(), in))(t).Attributes), 0)
	}},
	{"an item without its key is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item{"x": n(1)}}))(t, validation)
	}},
	{"a key of the wrong type is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &table, Item: item{"pk": n(1)},
		}))(t, validation)
	}},
	{"a get with only part of the key is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "S")
		fails1(e.Dynamo.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: &table, Key: item{"pk": s("a")},
		}))(t, validation)
	}},
	{"an empty key is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &table, Item: item{"pk": s("")},
		}))(t, validation)
	}},
	{"an item of more than 400 KB is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &table, Item: item{"pk": s("a"), "x": s(strings.Repeat("x", 400<<10))},
		}))(t, validation)
	}},
	{"a number keeps 38 digits and its value", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a"), "x": num("12345678901234567890123456789012345678"), "y": num("1.50")})
		got := e.get(t, table, item{"pk": s("a")})
		equal(t, "x", number(got["x"]), "12345678901234567890123456789012345678")
		equal(t, "y", number(got["y"]), "1.5")
	}},
	{"an invalid number is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &table, Item: item{"pk": s("a"), "x": num("seven")},
		}))(t, validation)
	}},
	{"a projection takes nested attributes", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a"), "name": s("x"), "map": object(item{"in": s("side"), "out": s("side")})})
		got := ok(e.Dynamo.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: &table, Key: item{"pk": s("a")}, ProjectionExpression: str("#n, #m.#i"),
			ExpressionAttributeNames: map[string]string{"#n": "name", "#m": "map", "#i": "in"},
		}))(t).Item
		if !reflect.DeepEqual(got, item{"name": s("x"), "map": object(item{"in": s("side")})}) {
			t.Fatalf("got %v", got)
		}
	}},
}
