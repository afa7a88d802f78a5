package cloudwatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"
	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/cloudwatch"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ctx   = context.Background()
	epoch = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
)

func ptr[T any](v T) *T { return &v }

// start returns a client of an embedded AWS, in Smithy's RPC v2 as the SDK speaks it.
func start(t testing.TB) (*sdk.Client, *clockwork.FakeClock) {
	t.Helper()
	clock := clockwork.NewFakeClockAt(epoch)
	s := awstest.Start(t, awslocal.Config{Clock: clock})
	return sdk.NewFromConfig(awstest.Config(t, s)), clock
}

// called is one call of another service.
type called struct {
	scope     api.Scope
	operation string
	in        map[string]any
}

// caller replaces other services.
type caller struct {
	calls chan called
	err   error
}

func (c *caller) Invoke(ctx context.Context, service, operation string, in, _ any) error {
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	got := called{scope: api.ScopeOf(ctx), operation: service + " " + operation}
	if err := json.Unmarshal(raw, &got.in); err != nil {
		return err
	}
	c.calls <- got
	return c.err
}

func (c *caller) next(t testing.TB) called {
	t.Helper()
	select {
	case got := <-c.calls:
		return got
	case <-time.After(5 * time.Second):
		t.Fatal("no call within 5 s")
		return called{}
	}
}

// direct is a service without an endpoint.
type direct struct {
	*cloudwatch.Service
	clock  *clockwork.FakeClock
	caller *caller
}

func alone(t testing.TB) direct {
	t.Helper()
	d := direct{clock: clockwork.NewFakeClockAt(epoch), caller: &caller{calls: make(chan called, 100)}}
	d.Service = cloudwatch.New(cloudwatch.Config{Clock: d.clock, Caller: d.caller})
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}

func (d direct) call(t testing.TB, operation string, in any) map[string]any {
	t.Helper()
	out, err := awstest.Call(ctx, d, operation, in)
	require.NoError(t, err)
	return out
}

func (d direct) put(t testing.TB, name string, values ...float64) {
	t.Helper()
	for _, v := range values {
		d.call(t, "PutMetricData", map[string]any{
			"Namespace": "shop", "MetricData": []any{map[string]any{"MetricName": name, "Value": v}},
		})
	}
}

// state returns an alarm's state and reason.
func (d direct) state(t testing.TB, name string) (state, reason string) {
	t.Helper()
	out := d.call(t, "DescribeAlarms", map[string]any{"AlarmNames": []string{name}})
	alarms := out["MetricAlarms"].([]any)
	require.Len(t, alarms, 1)
	al := alarms[0].(map[string]any)
	return al["StateValue"].(string), al["StateReason"].(string)
}

// pass lets time go by to the next evaluations of all alarms, that many times.
func (d direct) pass(t testing.TB, times, alarms int) {
	t.Helper()
	for range times {
		now := d.clock.Now()
		require.NoError(t, d.clock.BlockUntilContext(ctx, alarms))
		d.clock.Advance(now.Add(-5 * time.Second).Truncate(time.Minute).Add(65 * time.Second).Sub(now))
		require.NoError(t, d.clock.BlockUntilContext(ctx, alarms))
	}
}

func wantError(t testing.TB, err error, code, message string) {
	t.Helper()
	var e smithy.APIError
	var local *api.Error
	switch {
	case errors.As(err, &e):
		require.Equal(t, code, e.ErrorCode())
		require.Contains(t, e.ErrorMessage(), message)
	case errors.As(err, &local):
		require.Equal(t, code, local.QueryCode)
		require.Contains(t, local.Message, message)
	default:
		t.Errorf("got %v, want %s: %s", err, code, message)
	}
}

func datum(name string, v float64) types.MetricDatum {
	return types.MetricDatum{MetricName: &name, Value: &v}
}

func long(n int) string { return strings.Repeat("x", n) }
