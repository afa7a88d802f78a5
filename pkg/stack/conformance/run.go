package conformance

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
	"github.com/crashlab/crashlab/pkg/stack/owner"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
)

// Case is one thing that a dependency does. Cases share nothing and run at the same time.
type Case struct {
	Name string // what is expected, as a sentence
	Run  func(t *testing.T, e *Env)
}

// Env is what a case works with.
type Env struct {
	Stack     *stack.Stack
	SQS       *sqs.Client
	SNS       *sns.Client
	Dynamo    *dynamodb.Client
	S3        *s3.Client
	Kine      *kinesis.Client
	Lambda    *lambda.Client
	Events    *eventbridge.Client
	Steps     *sfn.Client
	Metrics   *cloudwatch.Client
	Schedules *scheduler.Client
	Kafka     *kafka.Client
	Redis     *redis.Client

	transport *kafka.Transport
	prefix    string
	names     *atomic.Int64
}

// Name returns a unique name of characters that every service accepts. It begins with the suite's prefix, by
// which all is deleted in the end.
func (e *Env) Name() string { return fmt.Sprintf("%s-%d", e.prefix, e.names.Add(1)) }

// Run runs every case on a stack and deletes what they made. It skips a case that the server is known not to
// pass, and gives the reason.
func Run(t *testing.T, st *stack.Stack) {
	e := newEnv(t, st)
	servers, err := answering(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v, %v and %v answer", servers[stack.AWS], servers[stack.Kafka], servers[stack.Redis])
	// LocalStack starts Kinesis at its first call and fails other calls meanwhile.
	eventually(t, "Kinesis answers", func() bool {
		_, err := e.Kine.ListStreams(t.Context(), nil)
		return err == nil
	})
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, c := range g.cases {
				t.Run(c.Name, func(t *testing.T) {
					t.Parallel()
					if why := knownOf(servers[g.dependency].name, g.name, c.Name); why != "" {
						t.Skip(why)
					}
					c.Run(t, e)
				})
			}
		})
	}
}

// group is the cases of one service.
type group struct {
	name       string
	dependency string
	cases      []Case
}

var groups = []group{
	{"sqs", stack.AWS, concat(sqsQueues, sqsMessages, sqsBatches, sqsRedrive, sqsFIFO)},
	{"sns", stack.AWS, concat(snsTopics, snsDelivery, snsFilters)},
	{"dynamodb", stack.AWS,
		concat(dynamoTables, dynamoItems, dynamoConditions, dynamoUpdates, dynamoQueries, dynamoBatches)},
	{"s3", stack.AWS, concat(s3Buckets, s3Objects, s3Conditions, s3Multipart)},
	{"kinesis", stack.AWS, concat(kinesisStreams, kinesisRecords)},
	{"lambda", stack.AWS, concat(lambdaFunctions, lambdaMappings)},
	{"eventbridge", stack.AWS, concat(eventRules, eventPatterns, eventSchedules)},
	{"scheduler", stack.AWS, schedulerSchedules},
	{"cloudwatch", stack.AWS, concat(cloudwatchMetrics, cloudwatchAlarms)},
	{"stepfunctions", stack.AWS, concat(stepMachines, stepExecutions, stepTasks)},
	{"kafka", stack.Kafka, concat(kafkaTopics, kafkaRecords, kafkaGroups, kafkaTransactions)},
	{"redis", stack.Redis, concat(redisStrings, redisExpiry, redisCollections, redisScripts, redisStreams, redisPubSub)},
}

func concat(parts ...[]Case) []Case {
	var all []Case
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// Count returns how many cases there are.
func Count() int {
	var n int
	for _, g := range groups {
		n += len(g.cases)
	}
	return n
}

func newEnv(t *testing.T, st *stack.Stack) *Env {
	t.Helper()
	cfg := conn.AWS(t.Context(), st.AWS)
	transport := &kafka.Transport{Dial: loopback.Dial, MetadataTTL: 100 * time.Millisecond}
	e := &Env{
		Stack:     st,
		SQS:       sqs.NewFromConfig(cfg),
		SNS:       sns.NewFromConfig(cfg),
		Dynamo:    dynamodb.NewFromConfig(cfg),
		S3:        s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = st.AWS.URL != "" }),
		Kine:      kinesis.NewFromConfig(cfg),
		Lambda:    lambda.NewFromConfig(cfg),
		Events:    eventbridge.NewFromConfig(cfg),
		Steps:     sfn.NewFromConfig(cfg),
		Metrics:   cloudwatch.NewFromConfig(cfg),
		Schedules: scheduler.NewFromConfig(cfg),
		Kafka:     &kafka.Client{Addr: kafka.TCP(st.Kafka...), Transport: transport},
		Redis:     redis.NewClient(&redis.Options{Addr: st.Redis, Dialer: loopback.Dial}),

		transport: transport,
		prefix:    owner.Prefix + owner.NewID() + "-conform", // that of a run, so that crashlab clean recognizes it
		names:     new(atomic.Int64),
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if _, err := sweep.Prefix(ctx, st, e.prefix); err != nil {
			t.Error(err)
		}
		transport.CloseIdleConnections()
		_ = e.Redis.Close() // nothing is lost with it
		conn.CloseIdle(cfg)
		http.DefaultClient.CloseIdleConnections() // of presigned requests
	})
	return e
}

// str is the SDK's pointer to a string.
func str(s string) *string { return aws.String(s) }
