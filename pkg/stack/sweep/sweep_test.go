package sweep

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/smithy-go"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

func start(t *testing.T) *stack.Stack {
	t.Helper()
	st, err := embedded.Start(t.Context(), stack.Needs{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close(context.Background()) })
	return st
}

func TestPrefixDeletesOnlyMatchingNames(t *testing.T) {
	st, ctx := start(t), t.Context()
	keys := redis.NewClient(&redis.Options{Addr: st.Redis})
	defer func() { _ = keys.Close() }()
	for _, k := range []string{"run-1*:a", "run-1*:b", "run-1x:c", "other"} {
		if err := keys.Set(ctx, k, "v", 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	transport := &kafka.Transport{}
	defer transport.CloseIdleConnections()
	topics := &kafka.Client{Addr: kafka.TCP(st.Kafka...), Transport: transport}
	if _, err := topics.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{
		{Topic: "run-1-orders", NumPartitions: 1, ReplicationFactor: 1}, {
			Topic: "theirs", NumPartitions: 1, ReplicationFactor: 1,
		},
	}}); err != nil {
		t.Fatal(err)
	}
	cfg := conn.AWS(ctx, st.AWS)
	streams := kinesis.NewFromConfig(cfg)
	for _, name := range []string{"run-1-clicks", "theirs"} {
		if _, err := streams.CreateStream(ctx, &kinesis.CreateStreamInput{
			StreamName: &name, ShardCount: aws.Int32(1),
		}); err != nil && !missing(err) {
			t.Fatal(err)
		}
	}

	if report, err := Prefix(ctx, st, "run-1*"); err != nil || report["Redis key"] != 2 {
		t.Errorf("a prefix is not a pattern: %v, %v", report, err)
	}
	report, err := Prefix(ctx, st, "run-1")
	if err != nil {
		t.Fatal(err)
	}
	if report["Redis key"] != 1 || report["Kafka topic"] != 1 {
		t.Errorf("got %v", report)
	}
	if n := keys.Exists(ctx, "other").Val(); n != 1 {
		t.Error("a key without the prefix is gone")
	}
	fresh := &kafka.Transport{} // the other one caches the topics
	defer fresh.CloseIdleConnections()
	topics.Transport = fresh
	meta, err := topics.Metadata(ctx, &kafka.MetadataRequest{})
	if err != nil || len(meta.Topics) != 1 || meta.Topics[0].Name != "theirs" {
		t.Errorf("topics left: %+v, %v", meta, err)
	}
	if again, err := Prefix(ctx, st, "run-1"); err != nil || again.String() != "nothing" {
		t.Errorf("the second sweep: %v, %v", again, err)
	}
}

func TestPrefixRefusesToSweepEverything(t *testing.T) {
	if _, err := Prefix(t.Context(), start(t), "a"); err == nil {
		t.Fatal("swept by one letter")
	}
}

func TestMissingDistinguishesAnAbsentServiceFromAFailure(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want bool
	}{
		{&smithy.GenericAPIError{Code: "UnknownOperationException"}, true},
		{&smithy.GenericAPIError{Code: "InternalFailure", Message: "Service 'kinesis' is not enabled. Please check SERVICES"},
			true},
		{&smithy.GenericAPIError{Code: "InternalFailure", Message: "exception while calling sqs"}, false},
		{&smithy.GenericAPIError{Code: "AccessDenied"}, false},
		{errors.New("connection refused"), false},
	} {
		if got := missing(tc.err); got != tc.want {
			t.Errorf("%v: %v", tc.err, got)
		}
	}
}
