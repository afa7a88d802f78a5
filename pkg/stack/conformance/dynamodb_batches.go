package conformance

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func putRequest(pk string) types.WriteRequest {
	return types.WriteRequest{PutRequest: &types.PutRequest{Item: item{"pk": s(pk)}}}
}

// cancelled returns the codes of a canceled transaction's reasons.
func cancelled(t *testing.T, err error) []string {
	t.Helper()
	var c *types.TransactionCanceledException
	if !errors.As(err, &c) {
		t.Fatalf("got %v", err)
	}
	var codes []string
	for _, r := range c.CancellationReasons {
		codes = append(codes, *r.Code)
	}
	return codes
}

var dynamoBatches = []Case{
	{"a batch writes and reads", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		out := ok(e.Dynamo.BatchWriteItem(t.Context(),
			&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
				table: {putRequest("a"), putRequest("b")},
			}}))(t)
		equal(t, "unprocessed", len(out.UnprocessedItems), 0)
		got := ok(e.Dynamo.BatchGetItem(t.Context(),
			&dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
				table: {Keys: []map[string]val{{"pk": s("a")}, {"pk": s("b")}, {"pk": s("none")}}},
			}}))(t)
		equal(t, "items", len(got.Responses[table]), 2)
	}},
	{"a batch write of 26 is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		var rs []types.WriteRequest
		for i := range 26 {
			rs = append(rs, putRequest(fmt.Sprint(i)))
		}
		fails1(e.Dynamo.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]types.WriteRequest{table: rs},
		}))(t, validation)
	}},
	{"a batch write of one key twice is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		fails1(e.Dynamo.BatchWriteItem(t.Context(),
			&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
				table: {putRequest("a"), putRequest("a")},
			}}))(t, validation)
	}},
	{"a transaction writes all", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		ok(e.Dynamo.TransactWriteItems(t.Context(),
			&dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Put: &types.Put{TableName: &table, Item: item{"pk": s("a")}}},
				{
					Update: &types.Update{
						TableName: &table, Key: item{"pk": s("b")}, UpdateExpression: str("SET x = :v"),
						ExpressionAttributeValues: item{":v": n(1)},
					},
				},
			}}))(t)
		equal(t, "x", number(e.get(t, table, item{"pk": s("b")})["x"]), "1")
	}},
	{"a transaction with a failed condition writes nothing and says which", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		_, err := e.Dynamo.TransactWriteItems(t.Context(),
			&dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Put: &types.Put{TableName: &table, Item: item{"pk": s("a")}}},
				{
					ConditionCheck: &types.ConditionCheck{
						TableName: &table, Key: item{"pk": s("b")}, ConditionExpression: str("attribute_exists(pk)"),
					},
				},
			}})
		codes := cancelled(t, err)
		equal(t, "first reason", codes[0], "None")
		equal(t, "second reason", codes[1], "ConditionalCheckFailed")
		equal(t, "attributes written", len(e.get(t, table, item{"pk": s("a")})), 0)
	}},
	{"a transaction on one item twice is ValidationException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		put := types.TransactWriteItem{Put: &types.Put{TableName: &table, Item: item{"pk": s("a")}}}
		fails1(e.Dynamo.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
			TransactItems: []types.TransactWriteItem{put, put},
		}))(t, validation)
	}},
	{"a transaction's token makes it count once", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		in := &dynamodb.TransactWriteItemsInput{ClientRequestToken: str(e.Name()), TransactItems: []types.TransactWriteItem{
			{
				Update: &types.Update{
					TableName: &table, Key: item{"pk": s("a")}, UpdateExpression: str("ADD x :v"),
					ExpressionAttributeValues: item{":v": n(1)},
				},
			},
		}}
		ok(e.Dynamo.TransactWriteItems(t.Context(), in))(t)
		ok(e.Dynamo.TransactWriteItems(t.Context(), in))(t)
		equal(t, "x", number(e.get(t, table, item{"pk": s("a")})["x"]), "1")
	}},
	{"a transaction's token with other items is IdempotentParameterMismatchException", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		token := str(e.Name())
		for i, pk := range []string{"a", "b"} {
			_, err := e.Dynamo.TransactWriteItems(t.Context(),
				&dynamodb.TransactWriteItemsInput{ClientRequestToken: token, TransactItems: []types.TransactWriteItem{
					{Put: &types.Put{TableName: &table, Item: item{"pk": s(pk)}}},
				}})
			if i == 0 {
				must(t, err)
				continue
			}
			fails(t, err, "IdempotentParameterMismatchException")
		}
	}},
	{"a transaction reads all", func(t *testing.T, e *Env) {
		table := e.table(t, "")
		e.put(t, table, item{"pk": s("a"), "x": n(1)})
		out := ok(e.Dynamo.TransactGetItems(t.Context(),
			&dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
				{Get: &types.Get{TableName: &table, Key: item{"pk": s("a")}}}, {
					Get: &types.Get{TableName: &table, Key: item{"pk": s("none")}},
				},
			}}))(t)
		equal(t, "responses", len(out.Responses), 2)
		equal(t, "x", number(out.Responses[0].Item["x"]), "1")
		equal(t, "attributes of the other", len(out.Responses[1].Item), 0)
	}},
}
