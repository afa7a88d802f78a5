package bench

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	kin "github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/crashlab/crashlab/pkg/awslocal"
)

// store is something that a service keeps.
type store struct {
	name    string
	payload int // bytes of the user's own in each
	n       int // a multiple of the batch
	// fill prepares the server. It returns a function that stores things from the i-th on, and how many it
	// stores at once.
	fill func(ctx context.Context, tb testing.TB, cfg aws.Config) func(i int) (int, error)
}

var stores = []store{
	{"SQS message", 256, 10_000, fillSQS},
	{"DynamoDB item", itemSize(anItem(0)), 10_000, fillDynamoDB},
	{"Kinesis record", 256, 10_000, fillKinesis},
	{"S3 object", 1024, 2_000, fillS3},
}

// BenchmarkMemory measures how much the live heap grows per stored thing. An iteration fills a new server.
func BenchmarkMemory(b *testing.B) {
	t := table{
		title: "Memory of the embedded AWS for each thing stored: bytes of live heap, median ± half the range over rounds",
	}
	t.row("", "B", "±", "payload B", "beside the payload", "stored")
	for _, s := range stores {
		b.Run(s.name, func(b *testing.B) {
			var each []float64
			for b.Loop() {
				each = append(each, s.weigh(b))
			}
			m := median(each)
			t.row(s.name, count(m), fmt.Sprintf("%.0f", spread(each)), count(float64(s.payload)), count(m-float64(s.payload)),
				count(float64(s.n)))
			b.ReportMetric(m, "B/stored")
			b.ReportMetric(float64(s.payload), "payload-B")
		})
	}
	t.print(os.Stdout)
}

func (s store) weigh(b *testing.B) float64 {
	local := must[*awslocal.Server](b)(awslocal.Start(awslocal.Config{}))
	defer local.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	put := s.fill(b.Context(), b, client(local.URL(), transport))
	i := 0
	fill := func(to int) {
		for i < to {
			n, err := put(i)
			if err != nil {
				b.Fatal(err)
			}
			i += n
		}
	}
	fill(s.n / 4) // buffers, connections and the SDK's caches are there before it is weighed
	before, had := weight(), i
	fill(had + s.n)
	return (weight() - before) / float64(i-had)
}

func fillSQS(ctx context.Context, tb testing.TB, cfg aws.Config) func(int) (int, error) {
	c := sqs.NewFromConfig(cfg)
	queue := must[*sqs.CreateQueueOutput](tb)(c.CreateQueue(ctx, &sqs.CreateQueueInput{
		QueueName: aws.String("bench"),
	})).QueueUrl
	body := aws.String(strings.Repeat("x", 256))
	batch := make([]sqstypes.SendMessageBatchRequestEntry, 10)
	for i := range batch {
		batch[i] = sqstypes.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: body}
	}
	return func(int) (int, error) {
		_, err := c.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: queue, Entries: batch})
		return len(batch), err
	}
}

func fillDynamoDB(ctx context.Context, tb testing.TB, cfg aws.Config) func(int) (int, error) {
	c := dynamodb.NewFromConfig(cfg)
	createTable(ctx, tb, c)
	return func(first int) (int, error) {
		batch := make([]ddb.WriteRequest, 25)
		for i := range batch {
			batch[i] = ddb.WriteRequest{PutRequest: &ddb.PutRequest{Item: anItem(first + i)}}
		}
		_, err := c.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]ddb.WriteRequest{"bench": batch},
		})
		return len(batch), err
	}
}

// itemSize is DynamoDB's own measure: names, and values as they are written.
func itemSize(item map[string]ddb.AttributeValue) int {
	n := 0
	for name, v := range item {
		n += len(name)
		switch v := v.(type) {
		case *ddb.AttributeValueMemberS:
			n += len(v.Value)
		case *ddb.AttributeValueMemberN:
			n += len(v.Value)/2 + 1
		case *ddb.AttributeValueMemberSS:
			n += len(strings.Join(v.Value, ""))
		}
	}
	return n
}

func fillKinesis(ctx context.Context, tb testing.TB, cfg aws.Config) func(int) (int, error) {
	c := kinesis.NewFromConfig(cfg)
	createStream(ctx, tb, c)
	batch := make([]kin.PutRecordsRequestEntry, 100)
	for i := range batch {
		batch[i] = kin.PutRecordsRequestEntry{
			PartitionKey: aws.String("k" + strconv.Itoa(i)), Data: bytes.Repeat([]byte("x"), 256),
		}
	}
	return func(int) (int, error) {
		_, err := c.PutRecords(ctx, &kinesis.PutRecordsInput{StreamName: aws.String("bench"), Records: batch})
		return len(batch), err
	}
}

func fillS3(ctx context.Context, tb testing.TB, cfg aws.Config) func(int) (int, error) {
	c := pathStyle(cfg)
	must[*s3.CreateBucketOutput](tb)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("bench")}))
	body := bytes.Repeat([]byte("x"), 1024)
	return func(i int) (int, error) {
		_, err := c.PutObject(ctx, &s3.PutObjectInput{
			Bucket: aws.String("bench"), Key: aws.String(fmt.Sprintf("object-%07d", i)), Body: bytes.NewReader(body),
		})
		return 1, err
	}
}
