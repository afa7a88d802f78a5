package stream

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// checkpoints is the DynamoDB table of how far the consumers have come: one item a shard.
//
//	shard     S     partition key
//	sequence  S     of the last record that is done
//	records   N     that are done
//	ended     BOOL  the shard is closed, and all of it is done
type checkpoints struct{ table string }

func (c *checkpoints) create(ctx context.Context, i *lab.Instance) error {
	return createTable(ctx, i, c.table, "shard")
}

func (c *checkpoints) put(ctx context.Context, i *lab.Instance, shard string, p position) error {
	_, err := i.DynamoDB().PutItem(ctx, &dynamodb.PutItemInput{TableName: &c.table, Item: map[string]types.AttributeValue{
		"shard":    text(shard),
		"sequence": text(p.sequence),
		"records":  number(p.records),
		"ended":    &types.AttributeValueMemberBOOL{Value: p.ended},
	}})
	if err != nil {
		return fmt.Errorf("checkpoint %s: %w", shard, err)
	}
	return nil
}

// all returns the position of every shard that has one.
func (c *checkpoints) all(ctx context.Context, i *lab.Instance) (map[string]position, error) {
	at := map[string]position{}
	pages := dynamodb.NewScanPaginator(i.DynamoDB(), &dynamodb.ScanInput{TableName: &c.table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read checkpoints: %w", err)
		}
		for _, item := range page.Items {
			shard, _ := item["shard"].(*types.AttributeValueMemberS)
			sequence, _ := item["sequence"].(*types.AttributeValueMemberS)
			records, _ := item["records"].(*types.AttributeValueMemberN)
			ended, _ := item["ended"].(*types.AttributeValueMemberBOOL)
			if shard == nil || sequence == nil || records == nil || ended == nil {
				return nil, fmt.Errorf("read checkpoints: an item lacks an attribute")
			}
			n, err := strconv.Atoi(records.Value)
			if err != nil {
				return nil, fmt.Errorf("read checkpoint of %s: %w", shard.Value, err)
			}
			at[shard.Value] = position{sequence.Value, n, ended.Value}
		}
	}
	return at, nil
}

// createTable creates a table with a partition key of text and returns once it can be used.
func createTable(ctx context.Context, i *lab.Instance, table, key string) error {
	_, err := i.DynamoDB().CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            &table,
		KeySchema:            []types.KeySchemaElement{{AttributeName: &key, KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: &key, AttributeType: types.ScalarAttributeTypeS}},
		BillingMode:          types.BillingModePayPerRequest,
	})
	if err != nil {
		return fmt.Errorf("create table %s: %w", table, err)
	}
	return lab.Poll(ctx, "table "+table+" is active", func(ctx context.Context) (bool, error) {
		t, err := i.DynamoDB().DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
		return err == nil && t.Table.TableStatus == types.TableStatusActive, err
	})
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}
