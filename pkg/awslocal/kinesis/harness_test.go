package kinesis_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/smithy-go"
	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
	"github.com/crashlab/crashlab/pkg/awslocal/kinesis"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var epoch = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// start serves Kinesis and returns a client that does not retry.
func start(t testing.TB, clock clockwork.Clock, cfg kinesis.Config) *sdk.Client {
	t.Helper()
	server := awstest.Start(t, awslocal.Config{Clock: clock, Kinesis: cfg})
	return sdk.NewFromConfig(awstest.Config(t, server))
}

// startFake is start with a clock that stands still until the test moves it.
func startFake(t testing.TB) (*sdk.Client, *clockwork.FakeClock) {
	t.Helper()
	clock := clockwork.NewFakeClockAt(epoch)
	return start(t, clock, kinesis.Config{}), clock
}

// must unwraps an answer that has to succeed.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// wantCode checks an error's code.
func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func create(t testing.TB, c *sdk.Client, name string, shards int32) {
	t.Helper()
	must[*sdk.CreateStreamOutput](t)(c.CreateStream(context.Background(), &sdk.CreateStreamInput{
		StreamName: &name, ShardCount: &shards,
	}))
}

func put(t testing.TB, c *sdk.Client, stream, key, data string) *sdk.PutRecordOutput {
	t.Helper()
	return must[*sdk.PutRecordOutput](t)(c.PutRecord(context.Background(), &sdk.PutRecordInput{
		StreamName: &stream, PartitionKey: &key, Data: []byte(data),
	}))
}

func iterate(t testing.TB, c *sdk.Client, in *sdk.GetShardIteratorInput) *string {
	t.Helper()
	return must[*sdk.GetShardIteratorOutput](t)(c.GetShardIterator(context.Background(), in)).ShardIterator
}

func read(t testing.TB, c *sdk.Client, iterator *string) *sdk.GetRecordsOutput {
	t.Helper()
	return must[*sdk.GetRecordsOutput](t)(c.GetRecords(context.Background(), &sdk.GetRecordsInput{
		ShardIterator: iterator,
	}))
}

// datas joins the data of a read.
func datas(out *sdk.GetRecordsOutput) string {
	var b []string
	for _, r := range out.Records {
		b = append(b, string(r.Data))
	}
	return strings.Join(b, " ")
}

var ctx = context.Background()

func ptr[T any](v T) *T { return &v }
