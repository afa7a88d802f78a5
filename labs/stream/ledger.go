package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// movement is what a client posts, and a record of the log: money that enters an account, or leaves it.
type movement struct {
	ID      string          `json:"id"`
	Account string          `json:"account"`
	Cents   json.RawMessage `json:"cents"` // which nobody reads before a consumer
}

// sound returns the movement that an operation makes.
func sound(op load.Op) []byte {
	return part.Encode(movement{op.ID, op.Key, json.RawMessage(fmt.Sprint(history.Amount(op.ID)))})
}

// poisoned returns it as a client of another version writes it: the amount is text.
func poisoned(op load.Op) []byte {
	return part.Encode(movement{op.ID, op.Key, json.RawMessage(`"1.00 EUR"`)})
}

// account is an item of the table that the movements end up in. Its journal stands in the same item as its balance, so
// that one write changes both or neither.
type account struct {
	Account string   `dynamodbav:"account" key:"hash"`
	Cents   int      `dynamodbav:"cents"`
	Journal []string `dynamodbav:"journal"` // the IDs of the movements applied, in that order
}

// apply adds a movement to its account: once, however often it comes, where the design says so. A movement that the
// account has already is no failure.
func (p *pipeline) apply(ctx context.Context, i *lab.Instance, m movement) error {
	cents, err := strconv.Atoi(string(m.Cents))
	if err != nil {
		return fmt.Errorf("read the amount of %s: %w", m.ID, err)
	}
	item := p.accounts.Item(account{Cents: cents, Journal: []string{m.ID}})
	values := map[string]types.AttributeValue{
		":none": &types.AttributeValueMemberL{}, ":one": item["journal"], ":cents": item["cents"],
	}
	in := &dynamodb.UpdateItemInput{
		TableName: &p.accounts.Name, Key: p.accounts.Key(m.Account), ExpressionAttributeValues: values,
		UpdateExpression: aws.String("SET journal = list_append(if_not_exists(journal, :none), :one) ADD cents :cents"),
	}
	if p.once {
		in.ConditionExpression = aws.String("NOT contains(journal, :id)")
		values[":id"] = &types.AttributeValueMemberS{Value: m.ID}
	}
	if _, err := i.DynamoDB().UpdateItem(ctx, in); err != nil && !part.ConditionFailed(err) {
		return fmt.Errorf("apply %s to account %s: %w", m.ID, m.Account, err)
	}
	return nil
}
