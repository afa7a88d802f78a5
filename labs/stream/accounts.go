package stream

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// accounts is the DynamoDB table that the movements end up in: one item an account. The journal says
// in which order they came, and which the account has already. It stands in the same item as the
// balance, so that one write changes both or neither.
//
//	account  S  partition key
//	cents    N  the balance
//	journal  L  the IDs of the movements applied, in order
type accounts struct {
	table string
	once  bool // apply a movement once, however often it comes
}

func (a *accounts) create(ctx context.Context, i *lab.Instance) error {
	return createTable(ctx, i, a.table, "account")
}

// apply adds a movement to its account. One that the account has already is no failure.
func (a *accounts) apply(ctx context.Context, i *lab.Instance, m movement) error {
	in := &dynamodb.UpdateItemInput{
		TableName:        &a.table,
		Key:              map[string]types.AttributeValue{"account": text(m.Account)},
		UpdateExpression: aws.String("SET journal = list_append(if_not_exists(journal, :none), :this) ADD cents :cents"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":none":  &types.AttributeValueMemberL{Value: []types.AttributeValue{}},
			":this":  &types.AttributeValueMemberL{Value: []types.AttributeValue{text(m.ID)}},
			":cents": number(m.Cents),
		},
	}
	if a.once {
		in.ConditionExpression = aws.String("NOT contains(journal, :id)")
		in.ExpressionAttributeValues[":id"] = text(m.ID)
	}
	_, err := i.DynamoDB().UpdateItem(ctx, in)
	var there *types.ConditionalCheckFailedException
	if err != nil && !errors.As(err, &there) {
		return fmt.Errorf("apply %s to account %s: %w", m.ID, m.Account, err)
	}
	return nil
}

// each calls do for every movement of every account's journal, in its order.
func (a *accounts) each(ctx context.Context, i *lab.Instance, do func(id string)) error {
	pages := dynamodb.NewScanPaginator(i.DynamoDB(), &dynamodb.ScanInput{TableName: &a.table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("read accounts: %w", err)
		}
		for _, item := range page.Items {
			journal, ok := item["journal"].(*types.AttributeValueMemberL)
			if !ok {
				return fmt.Errorf("read accounts: an item without a journal")
			}
			for _, v := range journal.Value {
				id, ok := v.(*types.AttributeValueMemberS)
				if !ok {
					return fmt.Errorf("read accounts: a journal with something else than IDs")
				}
				do(id.Value)
			}
		}
	}
	return nil
}
