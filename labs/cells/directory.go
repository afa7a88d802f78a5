package cells

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// directory is the control plane: the DynamoDB table of who lives where. The router reads it when it
// starts and never while it serves, so that requests go on where the control plane does not.
//
//	tenant  S   partition key
//	cells   NS  the cells that serve the tenant, by number
type directory struct{ table string }

const perBatch = 25 // items that DynamoDB takes in one BatchWriteItem

func (d directory) create(ctx context.Context, i *lab.Instance) error {
	_, err := i.DynamoDB().CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            &d.table,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("tenant"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("tenant"), AttributeType: types.ScalarAttributeTypeS}},
		BillingMode:          types.BillingModePayPerRequest,
	})
	if err != nil {
		return fmt.Errorf("create directory: %w", err)
	}
	return lab.Poll(ctx, "the directory is active", func(ctx context.Context) (bool, error) {
		t, err := i.DynamoDB().DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &d.table})
		return err == nil && t.Table.TableStatus == types.TableStatusActive, err
	})
}

// put writes where each tenant lives.
func (d directory) put(ctx context.Context, i *lab.Instance, p placement) error {
	var items []types.WriteRequest
	for tenant, cells := range p {
		items = append(items, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
			"tenant": &types.AttributeValueMemberS{Value: tenant},
			"cells":  &types.AttributeValueMemberNS{Value: numbers(cells)},
		}}})
	}
	for batch := range slices.Chunk(items, perBatch) {
		left := map[string][]types.WriteRequest{d.table: batch}
		err := lab.Poll(ctx, "the directory has taken a batch", func(ctx context.Context) (bool, error) {
			out, err := i.DynamoDB().BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: left})
			if err != nil {
				return false, err
			}
			left = out.UnprocessedItems
			return len(left) == 0, nil
		})
		if err != nil {
			return fmt.Errorf("write the directory: %w", err)
		}
	}
	return nil
}

// read returns where each tenant lives.
func (d directory) read(ctx context.Context, i *lab.Instance) (placement, error) {
	p := placement{}
	pages := dynamodb.NewScanPaginator(i.DynamoDB(), &dynamodb.ScanInput{TableName: &d.table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the directory: %w", err)
		}
		for _, item := range page.Items {
			tenant, _ := item["tenant"].(*types.AttributeValueMemberS)
			cells, _ := item["cells"].(*types.AttributeValueMemberNS)
			if tenant == nil || cells == nil {
				return nil, fmt.Errorf("read the directory: an item without tenant or cells")
			}
			for _, text := range cells.Value {
				n, err := strconv.Atoi(text)
				if err != nil {
					return nil, fmt.Errorf("read the directory: cells of %s: %w", tenant.Value, err)
				}
				p[tenant.Value] = append(p[tenant.Value], n)
			}
			slices.Sort(p[tenant.Value]) // a set has no order
		}
	}
	return p, nil
}

func numbers(cells []int) []string {
	text := make([]string, len(cells))
	for i, c := range cells {
		text[i] = strconv.Itoa(c)
	}
	return text
}
