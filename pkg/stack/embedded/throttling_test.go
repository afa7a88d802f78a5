package embedded

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	kinesistypes "github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// accounts is a table of one write unit a second, which a large item has overdrawn by a hundred: five minutes of
// burst are 300.
func accounts(t *testing.T, needs stack.Needs) (write func(size int) error) {
	cfg := conn.AWS(t.Context(), start(t, needs).AWS)
	t.Cleanup(func() { conn.CloseIdle(cfg) })
	tables := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
	_, err := tables.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            aws.String("accounts"),
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: "HASH"}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: "S"}},
		ProvisionedThroughput: &types.ProvisionedThroughput{
			ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1),
		},
	})
	must(t, err)
	write = func(size int) error {
		_, err := tables.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: aws.String("accounts"), Item: map[string]types.AttributeValue{
				"id":  &types.AttributeValueMemberS{Value: strings.Repeat("k", 1+size%7)},
				"pad": &types.AttributeValueMemberS{Value: strings.Repeat("x", size)},
			},
		})
		return err
	}
	must(t, write(400<<10-20))
	return write
}

func TestThrottlingIsANeed(t *testing.T) {
	write := accounts(t, stack.Needs{Throttling: true})
	var exceeded *types.ProvisionedThroughputExceededException
	if err := write(1); !errors.As(err, &exceeded) {
		t.Errorf("a write beyond the table's throughput: %v", err)
	}
	write = accounts(t, stack.Needs{})
	must(t, write(1))
}

func TestShardsAreLimitedToo(t *testing.T) {
	cfg := conn.AWS(t.Context(), start(t, stack.Needs{Throttling: true}).AWS)
	t.Cleanup(func() { conn.CloseIdle(cfg) })
	streams := kinesis.NewFromConfig(cfg)
	_, err := streams.CreateStream(t.Context(), &kinesis.CreateStreamInput{
		StreamName: aws.String("clicks"), ShardCount: aws.Int32(1),
	})
	must(t, err)
	in := &kinesis.PutRecordsInput{StreamName: aws.String("clicks")}
	for range 30 {
		in.Records = append(in.Records, kinesistypes.PutRecordsRequestEntry{
			PartitionKey: aws.String("k"), Data: make([]byte, 50<<10),
		})
	}
	out, err := streams.PutRecords(t.Context(), in)
	must(t, err)
	if failed := *out.FailedRecordCount; failed != 10 { // 1 MiB in the second
		t.Errorf("of 30 records of 50 KiB %d failed, want 10", failed)
	}
}
