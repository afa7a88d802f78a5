package stream

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// movement is what a client posts, and what travels through the log unchanged: money that enters an account,
// or leaves it.
type movement struct {
	ID      string `json:"id"`
	Account string `json:"account"`
	Cents   int    `json:"cents"`
}

// sound returns the movement that an operation makes, as it travels.
func sound(op load.Op) []byte { return part.Encode(movement{op.ID, op.Key, 100}) }

// poisoned returns it as a client of another version writes it: the amount is text. The intake, which checks
// only what it needs to route a movement, lets it pass.
func poisoned(op load.Op) []byte {
	return fmt.Appendf(nil, `{"id":%q,"account":%q,"cents":"1.00 EUR"}`, op.ID, op.Key)
}

// address is what the intake reads of a movement. It is empty where there is none.
type address struct{ ID, Account string }

// account is an item of the table that the movements end up in. Its journal says which movements it has, and
// in which order they came. It stands in the same item as the balance, so that one write changes both or
// neither.
type account struct {
	Account string   `dynamodbav:"account" key:"hash"`
	Cents   int      `dynamodbav:"cents"`
	Journal []string `dynamodbav:"journal"` // the IDs of the movements applied
}

// apply adds a movement to its account: once, however often it comes, where the design says so. A movement that
// the account has already is no failure.
func (p *pipeline) apply(ctx context.Context, i *lab.Instance, m movement) error {
	in := &dynamodb.UpdateItemInput{
		TableName:        &p.accounts.Name,
		Key:              p.accounts.Key(m.Account),
		UpdateExpression: aws.String("SET journal = list_append(if_not_exists(journal, :none), :this) ADD cents :cents"),
	}
	values := map[string]any{":none": []string{}, ":this": []string{m.ID}, ":cents": m.Cents}
	if p.once {
		in.ConditionExpression, values[":id"] = aws.String("NOT contains(journal, :id)"), m.ID
	}
	var err error
	if in.ExpressionAttributeValues, err = attributevalue.MarshalMap(values); err == nil {
		_, err = i.DynamoDB().UpdateItem(ctx, in)
	}
	if err != nil && !part.ConditionFailed(err) {
		return fmt.Errorf("apply %s to account %s: %w", m.ID, m.Account, err)
	}
	return nil
}
