package stepfunctions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"
	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions"
	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ctx   = context.Background()
	epoch = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
)

const role = "arn:aws:iam::000000000000:role/machine"

func ptr[T any](v T) *T { return &v }

// handler is a minimal JSON 1.0 endpoint.
func handler(svc api.Service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		answer, err := svc.Call(r.Context(), &api.Request{
			Operation: operation, Region: "us-east-1", Account: "000000000000",
			Decode: func(v any) error { return json.Unmarshal(body, v) },
		})
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		var e *api.Error
		if errors.As(err, &e) {
			w.WriteHeader(e.HTTPStatus())
			answer = map[string]any{"__type": e.Code, "message": e.Message}
		}
		var out bytes.Buffer
		_ = json.NewEncoder(&out).Encode(answer)
		_, _ = w.Write(out.Bytes())
	}
}

// others replaces the other services. It answers "service Operation" by a function; others answer {}.
type others map[string]func(in map[string]any) (any, error)

func (o others) Invoke(_ context.Context, service, operation string, in, out any) error {
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	var answer any = map[string]any{}
	if do := o[service+" "+operation]; do != nil {
		if answer, err = do(fields); err != nil {
			return err
		}
	}
	if raw, err = json.Marshal(answer); err != nil || out == nil {
		return err
	}
	return json.Unmarshal(raw, out)
}

type fixture struct {
	*sdk.Client
	t     testing.TB
	clock *clockwork.FakeClock
}

// fixed is a random source that always gives the same.
type fixed uint64

func (f fixed) Uint64() uint64 { return uint64(f) }

func start(t testing.TB, caller others) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: clockwork.NewFakeClockAt(epoch)}
	svc := stepfunctions.New(stepfunctions.Config{Clock: f.clock, Caller: caller, Random: fixed(1 << 63)})
	server := httptest.NewServer(handler(svc))
	transport := &http.Transport{DialContext: loopback.Dial, MaxIdleConnsPerHost: 64}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := svc.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	endpoint := stack.Endpoint{URL: server.URL, Region: "us-east-1", AccessKey: "test", SecretKey: "test"}
	f.Client = sdk.NewFromConfig(awsclient.Config(t.Context(), endpoint, transport), func(o *sdk.Options) {
		o.RetryMaxAttempts = 1
	})
	return f
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// wantError checks an error's code and a part of its message.
func wantError(t testing.TB, err error, code, message string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), message) {
		t.Errorf("got %v, want %s: %s", err, code, message)
	}
}

// machine creates a standard state machine with the states given as the members of an object; the first is named.
func (f *fixture) machine(name, first, states string) string {
	f.t.Helper()
	return f.define(name, fmt.Sprintf(`{"StartAt":%q,"States":{%s}}`, first, states), types.StateMachineTypeStandard)
}

func (f *fixture) define(name, definition string, kind types.StateMachineType) string {
	f.t.Helper()
	out := must(f.CreateStateMachine(ctx, &sdk.CreateStateMachineInput{
		Name: &name, Definition: &definition, RoleArn: ptr(role), Type: kind,
	}))(f.t)
	return *out.StateMachineArn
}

// start starts an execution of a machine.
func (f *fixture) start(machine, name, input string) string {
	f.t.Helper()
	in := &sdk.StartExecutionInput{StateMachineArn: &machine, Input: &input}
	if name != "" {
		in.Name = &name
	}
	return *must(f.StartExecution(ctx, in))(f.t).ExecutionArn
}

// eventually waits until a condition holds, which other goroutines bring about; for ten seconds at most.
func (f *fixture) eventually(what string, holds func() bool) {
	f.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(200 * time.Microsecond) {
		if time.Now().After(deadline) {
			f.t.Fatal("never: " + what)
		}
	}
}

// end waits until an execution has a status, and describes it.
func (f *fixture) end(arn string, status types.ExecutionStatus) *sdk.DescribeExecutionOutput {
	f.t.Helper()
	var out *sdk.DescribeExecutionOutput
	f.eventually(fmt.Sprintf("%s is %s", arn, status), func() bool {
		out = must(f.DescribeExecution(ctx, &sdk.DescribeExecutionInput{ExecutionArn: &arn}))(f.t)
		if out.Status != status && out.Status != types.ExecutionStatusRunning {
			f.t.Fatalf("%s: %s, %s %s\n%s", arn, out.Status, str(out.Error), str(out.Cause), f.history(arn))
		}
		return out.Status == status
	})
	return out
}

// reaches waits until an execution's history ends in an event.
func (f *fixture) reaches(arn, event string) {
	f.t.Helper()
	f.eventually(arn+" reaches "+event, func() bool { return strings.HasSuffix(f.history(arn), event+"\n") })
}

// wait lets the clock pass once so many timers are set.
func (f *fixture) wait(timers int, d time.Duration) {
	f.t.Helper()
	if err := f.clock.BlockUntilContext(ctx, timers); err != nil {
		f.t.Fatal(err)
	}
	f.clock.Advance(d)
}

func str(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

func (f *fixture) events(arn string) []types.HistoryEvent {
	f.t.Helper()
	var all []types.HistoryEvent
	pages := sdk.NewGetExecutionHistoryPaginator(f.Client, &sdk.GetExecutionHistoryInput{
		ExecutionArn: &arn, MaxResults: 1000,
	})
	for pages.HasMorePages() {
		all = append(all, must(pages.NextPage(ctx))(f.t).Events...)
	}
	return all
}

// history is a history, a line an event: ID, previous ID, type.
func (f *fixture) history(arn string) string {
	f.t.Helper()
	var b strings.Builder
	for _, e := range f.events(arn) {
		fmt.Fprintf(&b, "%d<%d %s\n", e.Id, e.PreviousEventId, e.Type)
	}
	return b.String()
}

// wantHistory checks a history, given as words "3<2 PassStateExited" in lines.
func (f *fixture) wantHistory(arn, want string) {
	f.t.Helper()
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(want), "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	want = strings.Join(lines, "\n") + "\n"
	if got := f.history(arn); got != want {
		f.t.Errorf("history:\n%swant:\n%s", got, want)
	}
}

// worker polls an activity until it has a task.
func (f *fixture) work(activity string) (token, input string) {
	f.t.Helper()
	out := must(f.GetActivityTask(ctx, &sdk.GetActivityTaskInput{ActivityArn: &activity, WorkerName: ptr("w")}))(f.t)
	return str(out.TaskToken), str(out.Input)
}

func (f *fixture) activity(name string) string {
	f.t.Helper()
	return *must(f.CreateActivity(ctx, &sdk.CreateActivityInput{Name: &name}))(f.t).ActivityArn
}

func (f *fixture) succeed(token, output string) {
	f.t.Helper()
	must(f.SendTaskSuccess(ctx, &sdk.SendTaskSuccessInput{TaskToken: &token, Output: &output}))(f.t)
}

func (f *fixture) fail(token, name, cause string) {
	f.t.Helper()
	must(f.SendTaskFailure(ctx, &sdk.SendTaskFailureInput{TaskToken: &token, Error: &name, Cause: &cause}))(f.t)
}
