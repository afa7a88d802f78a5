package eventbridge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"
	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/eventbridge"
	"github.com/crashlab/crashlab/pkg/stack"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ctx   = context.Background()
	epoch = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
)

func ptr[T any](v T) *T { return &v }

// handler is a minimal JSON 1.1 endpoint.
func handler(svc api.Service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		answer, err := svc.Call(r.Context(), &api.Request{
			Operation: operation, Region: "us-east-1", Account: "000000000000",
			Decode: func(v any) error { return json.Unmarshal(body, v) },
		})
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		var e *api.Error
		if errors.As(err, &e) {
			w.WriteHeader(e.HTTPStatus())
			answer = map[string]any{"__type": e.Code, "message": e.Message}
		}
		var out bytes.Buffer
		if answer != nil {
			_ = json.NewEncoder(&out).Encode(answer)
		}
		_, _ = w.Write(out.Bytes())
	}
}

// call is one call of another service.
type call struct {
	scope     api.Scope
	operation string // "sqs SendMessage"
	in        map[string]any
}

// message is what a target received.
func (c call) message() string {
	for _, k := range []string{"MessageBody", "Message"} {
		if s, ok := c.in[k].(string); ok {
			return s
		}
	}
	return ""
}

// attribute is a message attribute's value.
func (c call) attribute(name string) string {
	attributes, _ := c.in["MessageAttributes"].(map[string]any)
	a, _ := attributes[name].(map[string]any)
	s, _ := a["StringValue"].(string)
	return s
}

// fakeCaller replaces the other services. Successful and failed calls both appear on calls; lookups of queue
// URLs do not.
type fakeCaller struct {
	calls chan call
	fail  func(call) error // nil: nothing fails
}

func (f *fakeCaller) Invoke(ctx context.Context, service, operation string, in, out any) error {
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	c := call{scope: api.ScopeOf(ctx), operation: service + " " + operation}
	if err := json.Unmarshal(raw, &c.in); err != nil {
		return err
	}
	if operation == "GetQueueUrl" {
		return json.Unmarshal([]byte(`{"QueueUrl":"http://sqs/`+c.in["QueueName"].(string)+`"}`), out)
	}
	if f.fail != nil {
		err = f.fail(c)
	}
	select {
	case f.calls <- c:
	case <-ctx.Done():
		return ctx.Err()
	}
	return err
}

// next waits for the next call.
func (f *fakeCaller) next(t testing.TB) call {
	t.Helper()
	select {
	case c := <-f.calls:
		return c
	case <-time.After(5 * time.Second):
		t.Fatal("no call within 5 s")
		return call{}
	}
}

type fixture struct {
	*sdk.Client
	caller *fakeCaller
	clock  *clockwork.FakeClock
}

func start(t testing.TB, fail func(call) error) fixture {
	t.Helper()
	clock := clockwork.NewFakeClockAt(epoch)
	f := startAt(t, clock, fail)
	f.clock = clock
	return f
}

// startAt is start on a clock of the test's own.
func startAt(t testing.TB, clock clockwork.Clock, fail func(call) error) fixture {
	t.Helper()
	f := fixture{caller: &fakeCaller{calls: make(chan call, 1000), fail: fail}}
	svc := eventbridge.New(eventbridge.Config{Clock: clock, Caller: f.caller})
	server := httptest.NewServer(handler(svc))
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
		if err := svc.Close(); err != nil {
			t.Error(err)
		}
	})
	endpoint := stack.Endpoint{URL: server.URL, Region: "us-east-1", AccessKey: "test", SecretKey: "test"}
	f.Client = sdk.NewFromConfig(awsclient.Config(t.Context(), endpoint, transport), func(o *sdk.Options) {
		o.RetryMaxAttempts = 1
	})
	return f
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantError(t testing.TB, err error, code, message string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), message) {
		t.Errorf("got %v, want %s: %s", err, code, message)
	}
}

const (
	queueARN = "arn:aws:sqs:us-east-1:000000000000:q"
	dlqARN   = "arn:aws:sqs:us-east-1:000000000000:dlq"
)

// rule makes a rule on a bus ("" for the default one) that sends source=shop to targets.
func (f fixture) rule(t testing.TB, bus, name string, targets ...types.Target) {
	t.Helper()
	in := &sdk.PutRuleInput{Name: &name, EventPattern: ptr(`{"source":["shop"]}`)}
	if bus != "" {
		in.EventBusName = &bus
	}
	must[*sdk.PutRuleOutput](t)(f.PutRule(ctx, in))
	must[*sdk.PutTargetsOutput](t)(f.PutTargets(ctx, &sdk.PutTargetsInput{
		Rule: &name, EventBusName: in.EventBusName, Targets: targets,
	}))
}

func (f fixture) put(t testing.TB, bus, detail string) string {
	t.Helper()
	e := types.PutEventsRequestEntry{Source: ptr("shop"), DetailType: ptr("order"), Detail: &detail}
	if bus != "" {
		e.EventBusName = &bus
	}
	out := must[*sdk.PutEventsOutput](t)(f.PutEvents(ctx, &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{e}}))
	if out.FailedEntryCount != 0 {
		t.Fatalf("refused: %+v", out.Entries)
	}
	return *out.Entries[0].EventId
}

func queue() types.Target { return types.Target{Id: ptr("t"), Arn: ptr(queueARN)} }
