package conformance

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// condition puts the item "a" again under a condition on the stored one: n=5, name="abc", tags={p,q},
// map.in="side".
func condition(expression string, values item, holds bool) Case {
	return Case{"condition " + expression, func(t *testing.T, e *Env) {
		table := e.table(t, "")
		old := item{"pk": s("a"), "n": n(5), "name": s("abc"), "tags": set("p", "q"), "map": object(item{"in": s("side")})}
		e.put(t, table, old)
		in := &dynamodb.PutItemInput{
			TableName: &table, Item: old, ConditionExpression: &expression, ExpressionAttributeValues: values,
		}
		in.ExpressionAttributeNames = names(expression)
		_, err := e.Dynamo.PutItem(t.Context(), in)
		if holds {
			must(t, err)
			return
		}
		fails(t, err, condFailed)
	}}
}

// names defines those of our placeholders that an expression uses: an unused one is an error.
func names(expression string) map[string]string {
	var m map[string]string
	for placeholder, name := range map[string]string{"#n": "name", "#m": "map"} {
		if strings.Contains(expression, placeholder) {
			if m == nil {
				m = map[string]string{}
			}
			m[placeholder] = name
		}
	}
	return m
}

var dynamoConditions = []Case{
	condition("attribute_exists(pk)", nil, true),
	condition("attribute_not_exists(pk)", nil, false),
	condition("n = :v", item{":v": n(5)}, true),
	condition("n <> :v", item{":v": n(5)}, false),
	condition("n < :v", item{":v": n(10)}, true),
	condition("n >= :v", item{":v": n(6)}, false),
	condition("n BETWEEN :a AND :b", item{":a": n(1), ":b": n(5)}, true),
	condition("n IN (:a, :b)", item{":a": n(1), ":b": n(2)}, false),
	condition("begins_with(#n, :v)", item{":v": s("ab")}, true),
	condition("contains(tags, :v)", item{":v": s("q")}, true),
	condition("contains(#n, :v)", item{":v": s("z")}, false),
	condition("size(tags) = :v", item{":v": n(2)}, true),
	condition("attribute_type(n, :v)", item{":v": s("N")}, true),
	condition("NOT n = :v AND #n = :w", item{":v": n(6), ":w": s("abc")}, true),
	condition("(n = :v OR n = :w) AND #m.absent = :w", item{":v": n(5), ":w": s("x")}, false),
	condition("n = :v AND attribute_not_exists(absent)", item{":v": s("5")}, false), // a string is not a number
	{"a failed condition can return the item", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a"), "n": n(5)})
		_, err := e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &table, Item: item{"pk": s("a")}, ConditionExpression: str("attribute_not_exists(pk)"),
			ReturnValuesOnConditionCheckFailure: "ALL_OLD",
		})
		var failed *types.ConditionalCheckFailedException
		if !errors.As(err, &failed) {
			t.Fatalf("got %v", err)
		}
		equal(t, "n", number(failed.Item["n"]), "5")
	}},
	{"a condition on a missing item fails a delete", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
			TableName: &table, Key: item{"pk": s("a")}, ConditionExpression: str("attribute_exists(pk)"),
		}))(t, condFailed)
	}},
	{"a condition that does not parse is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &table, Item: item{"pk": s("a")}, ConditionExpression: str("n = = 1"),
		}))(t, validation)
	}},
	{"an unused value is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &table, Item: item{"pk": s("a")}, ConditionExpression: str("attribute_not_exists(pk)"),
			ExpressionAttributeValues: item{":v": n(1)},
		}))(t, validation)
	}},
	{"a reserved word as a name is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &table, Item: item{"pk": s("a")}, ConditionExpression: str("attribute_not_exists(status)"),
		}))(t, validation)
	}},
}
