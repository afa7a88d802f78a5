package lambda_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
	"github.com/crashlab/crashlab/pkg/awslocal/lambda"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var epoch = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

const (
	role    = "arn:aws:iam::000000000000:role/f"
	account = "000000000000"
)

// fixture is an embedded AWS with functions that are handlers of this test.
type fixture struct {
	*sdk.Client
	sqs    *sqs.Client
	clock  *clockwork.FakeClock
	config aws.Config

	mu      sync.Mutex
	reports []lambda.Report
	arrived chan struct{} // a report
}

type handlers map[string]lambda.Handler

// start starts it with a function for each handler.
func start(t testing.TB, all handlers, change ...func(*lambda.Config)) *fixture {
	t.Helper()
	clock := clockwork.NewFakeClockAt(epoch)
	f := startAt(t, clock, all, change...)
	f.clock = clock
	return f
}

// startAt starts it on another clock.
func startAt(t testing.TB, clock clockwork.Clock, all handlers, change ...func(*lambda.Config)) *fixture {
	t.Helper()
	f := &fixture{arrived: make(chan struct{}, 10000)}
	cfg := awslocal.Config{Clock: clock, Lambda: lambda.Config{Handlers: all, Reported: f.report}}
	for _, do := range change {
		do(&cfg.Lambda)
	}
	f.config = awstest.Config(t, awstest.Start(t, cfg))
	f.Client, f.sqs = sdk.NewFromConfig(f.config), sqs.NewFromConfig(f.config)
	for name := range all {
		f.create(t, name)
	}
	return f
}

func (f *fixture) create(t testing.TB, name string) *sdk.CreateFunctionOutput {
	t.Helper()
	out, err := f.CreateFunction(t.Context(), &sdk.CreateFunctionInput{
		FunctionName: &name, Role: aws.String(role), Runtime: types.RuntimeProvidedal2023, Handler: aws.String("main"),
		Code: &types.FunctionCode{S3Bucket: aws.String(lambda.InProcess), S3Key: &name},
	})
	require.NoError(t, err)
	return out
}

func (f *fixture) report(r lambda.Report) {
	f.mu.Lock()
	f.reports = append(f.reports, r)
	f.mu.Unlock()
	f.arrived <- struct{}{}
}

// await waits for n more reports.
func (f *fixture) await(t testing.TB, n int) {
	t.Helper()
	for range n {
		select {
		case <-f.arrived:
		case <-time.After(10 * time.Second):
			t.Fatal("no report within 10 s")
		}
	}
}

// call invokes a function and waits for its answer.
func (f *fixture) call(t testing.TB, name, payload string) *sdk.InvokeOutput {
	t.Helper()
	out, err := f.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: &name, Payload: []byte(payload), LogType: types.LogTypeTail,
	})
	require.NoError(t, err)
	return out
}

// send invokes a function asynchronously.
func (f *fixture) send(t testing.TB, name, payload string) {
	t.Helper()
	out, err := f.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: &name, Payload: []byte(payload), InvocationType: types.InvocationTypeEvent,
	})
	require.NoError(t, err)
	require.EqualValues(t, 202, out.StatusCode)
}

func logOf(t testing.TB, out *sdk.InvokeOutput) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	require.NoError(t, err)
	return string(raw)
}

// wantError holds if err has a code and a message with a part.
func wantError(t testing.TB, err error, code, message string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), message) {
		t.Errorf("got %v, want %s: …%s…", err, code, message)
	}
}

// gate is a handler whose requests wait until they are let through.
type gate struct {
	entered chan string
	leave   chan error
}

func newGate() *gate { return &gate{make(chan string, 100), make(chan error)} }

func (g *gate) handle(ctx context.Context, payload []byte) ([]byte, error) {
	g.entered <- string(payload)
	select {
	case err := <-g.leave:
		return payload, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (g *gate) enter(t testing.TB) string {
	t.Helper()
	select {
	case payload := <-g.entered:
		return payload
	case <-time.After(10 * time.Second):
		t.Fatal("no request within 10 s")
		return ""
	}
}

func echo(_ context.Context, payload []byte) ([]byte, error) { return payload, nil }
