package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	kin "github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/stack"
)

// client returns the SDK's configuration of a lab's clients for an endpoint.
func client(url string, transport http.RoundTripper) aws.Config {
	return awsclient.Config(context.Background(),
		stack.Endpoint{URL: url, Region: "us-east-1", AccessKey: "test", SecretKey: "test"}, transport)
}

// operation is one call that every endpoint has to answer.
type operation struct {
	name string
	// prepare makes the operation's resources, and returns a function that does it once.
	prepare func(ctx context.Context, tb testing.TB, cfg aws.Config) func() error
}

var operations = []operation{
	{"SQS send+receive+delete, 256 B", prepareSQS},
	{"DynamoDB put+get", prepareDynamoDB},
	{"Kinesis put+get records, 1 KB", prepareKinesis},
	{"S3 put+get, 4 KB", prepareS3},
}

func prepareSQS(ctx context.Context, tb testing.TB, cfg aws.Config) func() error {
	c := sqs.NewFromConfig(cfg)
	queue := must[*sqs.CreateQueueOutput](tb)(c.CreateQueue(ctx, &sqs.CreateQueueInput{
		QueueName: aws.String("bench"),
	})).QueueUrl
	body := aws.String(strings.Repeat("x", 256))
	return func() error {
		if _, err := c.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue, MessageBody: body}); err != nil {
			return err
		}
		got, err := c.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue, MaxNumberOfMessages: 1})
		if err != nil {
			return err
		}
		if len(got.Messages) != 1 {
			return fmt.Errorf("%d messages, want the one sent", len(got.Messages))
		}
		_, err = c.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: queue, ReceiptHandle: got.Messages[0].ReceiptHandle})
		return err
	}
}

func createTable(ctx context.Context, tb testing.TB, c *dynamodb.Client) {
	must[*dynamodb.CreateTableOutput](tb)(c.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String("bench"), BillingMode: ddb.BillingModePayPerRequest,
		AttributeDefinitions: []ddb.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: ddb.ScalarAttributeTypeS},
		},
		KeySchema: []ddb.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: ddb.KeyTypeHash}},
	}))
	until(ctx, tb, "the table to be active", func() bool {
		out, err := c.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("bench")})
		return err == nil && out.Table.TableStatus == ddb.TableStatusActive
	})
}

// anItem is a small one: 5 attributes, some 100 B.
func anItem(i int) map[string]ddb.AttributeValue {
	return map[string]ddb.AttributeValue{
		"pk":     &ddb.AttributeValueMemberS{Value: fmt.Sprintf("order-%07d", i)},
		"name":   &ddb.AttributeValueMemberS{Value: "Ada Lovelace"},
		"visits": &ddb.AttributeValueMemberN{Value: "42"},
		"tags":   &ddb.AttributeValueMemberSS{Value: []string{"a", "b"}},
		"note":   &ddb.AttributeValueMemberS{Value: "paid, packed, and out for delivery"},
	}
}

func prepareDynamoDB(ctx context.Context, tb testing.TB, cfg aws.Config) func() error {
	c := dynamodb.NewFromConfig(cfg)
	createTable(ctx, tb, c)
	i := 0
	return func() error {
		i++
		item := anItem(i % 1000)
		if _, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("bench"), Item: item}); err != nil {
			return err
		}
		got, err := c.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: aws.String("bench"), Key: map[string]ddb.AttributeValue{"pk": item["pk"]},
			ConsistentRead: aws.Bool(true),
		})
		if err == nil && len(got.Item) != len(item) {
			return fmt.Errorf("%d attributes, want the %d put", len(got.Item), len(item))
		}
		return err
	}
}

func createStream(ctx context.Context, tb testing.TB, c *kinesis.Client) {
	must[*kinesis.CreateStreamOutput](tb)(c.CreateStream(ctx, &kinesis.CreateStreamInput{
		StreamName: aws.String("bench"), ShardCount: aws.Int32(1),
	}))
	until(ctx, tb, "the stream to be active", func() bool {
		out, err := c.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: aws.String("bench")})
		return err == nil && out.StreamDescriptionSummary.StreamStatus == kin.StreamStatusActive
	})
}

func prepareKinesis(ctx context.Context, tb testing.TB, cfg aws.Config) func() error {
	c := kinesis.NewFromConfig(cfg)
	createStream(ctx, tb, c)
	data := bytes.Repeat([]byte("x"), 1024)
	at := must[*kinesis.GetShardIteratorOutput](tb)(c.GetShardIterator(ctx, &kinesis.GetShardIteratorInput{
		StreamName: aws.String("bench"), ShardId: aws.String("shardId-000000000000"),
		ShardIteratorType: kin.ShardIteratorTypeLatest,
	})).ShardIterator
	return func() error {
		if _, err := c.PutRecord(ctx, &kinesis.PutRecordInput{
			StreamName: aws.String("bench"), PartitionKey: aws.String("k"), Data: data,
		}); err != nil {
			return err
		}
		for range 100 { // a reader may have to ask again
			got, err := c.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: at})
			if err != nil {
				return err
			}
			at = got.NextShardIterator
			if len(got.Records) > 0 {
				return nil
			}
		}
		return errors.New("the record does not come")
	}
}

func prepareS3(ctx context.Context, tb testing.TB, cfg aws.Config) func() error {
	c := pathStyle(cfg)
	must[*s3.CreateBucketOutput](tb)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("bench")}))
	body := bytes.Repeat([]byte("x"), 4096)
	i := 0
	return func() error {
		i++
		key := fmt.Sprint("object-", i%1000)
		if _, err := c.PutObject(ctx, &s3.PutObjectInput{
			Bucket: aws.String("bench"), Key: &key, Body: bytes.NewReader(body),
		}); err != nil {
			return err
		}
		got, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("bench"), Key: &key})
		if err != nil {
			return err
		}
		defer got.Body.Close()
		n, err := io.Copy(io.Discard, got.Body)
		if err == nil && n != int64(len(body)) {
			return fmt.Errorf("%d bytes, want the %d put", n, len(body))
		}
		return err
	}
}

// pathStyle names buckets in the path, as every emulator understands.
func pathStyle(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
}

// until waits at most 20 s.
func until(ctx context.Context, tb testing.TB, what string, is func() bool) {
	tb.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end) &&
		ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		if is() {
			return
		}
	}
	tb.Fatalf("waited in vain for %s", what)
}
