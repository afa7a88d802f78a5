package conformance

import (
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

var dynamoUpdates = []Case{
	{"an update of a missing item creates it", func(t *testing.T, e *Env) {
		got := e.update(t, e.table(t, ""), "SET x = :v", item{":v": n(1)})
		equal(t, "pk", text(got["pk"]), "a")
		equal(t, "x", number(got["x"]), "1")
	}},
	{"SET adds, subtracts and defaults", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		got := e.update(t, table, "SET x = if_not_exists(x, :zero) + :one", item{":zero": n(0), ":one": n(1)})
		equal(t, "x", number(got["x"]), "1")
		got = e.update(t, table, "SET x = x - :three", item{":three": n(3)})
		equal(t, "x", number(got["x"]), "-2")
	}},
	{"list_append appends and prepends", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.update(t, table, "SET l = :l", item{":l": list(n(2))})
		e.update(t, table, "SET l = list_append(l, :l)", item{":l": list(n(3))})
		got := e.update(t, table, "SET l = list_append(:l, l)", item{":l": list(n(1))})
		if !reflect.DeepEqual(got["l"], list(n(1), n(2), n(3))) {
			t.Fatalf("got %v", got["l"])
		}
	}},
	{"ADD counts, and creates a missing number", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.update(t, table, "ADD x :v", item{":v": n(5)})
		equal(t, "x", number(e.update(t, table, "ADD x :v", item{":v": n(-7)})["x"]), "-2")
	}},
	{"ADD and DELETE change a set; an empty set is removed", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.update(t, table, "ADD tags :v", item{":v": set("a", "b")})
		got := member(e.update(t, table, "ADD tags :v", item{":v": set("b", "c")})["tags"])
		slices.Sort(got)
		if !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Fatalf("got %v", got)
		}
		if left := e.update(t, table, "DELETE tags :v", item{":v": set("a", "b", "c")}); left["tags"] != nil {
			t.Fatalf("got %v", left)
		}
	}},
	{"REMOVE removes attributes and elements", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a"), "x": n(1), "l": list(n(1), n(2), n(3))})
		got := e.update(t, table, "REMOVE x, l[1]", nil)
		if got["x"] != nil || !reflect.DeepEqual(got["l"], list(n(1), n(3))) {
			t.Fatalf("got %v", got)
		}
	}},
	{"SET reaches into a map", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a"), "m": object(item{"x": n(1)})})
		got := e.update(t, table, "SET m.y = :v", item{":v": n(2)})
		if !reflect.DeepEqual(got["m"], object(item{"x": n(1), "y": n(2)})) {
			t.Fatalf("got %v", got["m"])
		}
	}},
	{"SET into a missing map is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a")})
		fails1(e.Dynamo.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: &table, Key: item{"pk": s("a")}, UpdateExpression: str("SET m.y = :v"),
			ExpressionAttributeValues: item{":v": n(2)},
		}))(t, validation)
	}},
	{"an update of the key is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: &table, Key: item{"pk": s("a")}, UpdateExpression: str("SET pk = :v"),
			ExpressionAttributeValues: item{":v": s("b")},
		}))(t, validation)
	}},
	{"adding a number to a string is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a"), "x": s("text")})
		fails1(e.Dynamo.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: &table, Key: item{"pk": s("a")}, UpdateExpression: str("SET x = x + :v"),
			ExpressionAttributeValues: item{":v": n(1)},
		}))(t, validation)
	}},
	{"UPDATED_OLD returns the old values", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a"), "x": n(1), "y": n(2)})
		got := ok(e.Dynamo.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: &table, Key: item{"pk": s("a")}, UpdateExpression: str("SET x = :v"),
			ExpressionAttributeValues: item{":v": n(9)}, ReturnValues: "UPDATED_OLD",
		}))(t).Attributes
		if !reflect.DeepEqual(got, item{"x": n(1)}) {
			t.Fatalf("got %v", got)
		}
	}},
	{"concurrent counters lose nothing", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		errs := make([]error, 20)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = e.Dynamo.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
					TableName: &table, Key: item{"pk": s("a")}, UpdateExpression: str("ADD x :v"),
					ExpressionAttributeValues: item{":v": n(1)},
				})
			})
		}
		wg.Wait()
		for _, err := range errs {
			must(t, err)
		}
		equal(t, "x", number(e.get(t, table, item{"pk": s("a")})["x"]), "20")
	}},
}
