package part

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

func TestFunction(t *testing.T) {
	var f *Function
	var started atomic.Int32
	entered, hold := make(chan struct{}), make(chan struct{})
	env := up(t, func(b *lab.Builder) {
		f = NewFunction(b, "double", Code{
			Start: func(context.Context, *lab.Instance) error { started.Add(1); return nil },
			Handle: func(_ context.Context, i *lab.Instance, r *Invocation) (any, error) {
				var n int
				if err := json.Unmarshal(r.Payload, &n); err != nil {
					return nil, err
				}
				switch n {
				case -1:
					return nil, &FunctionError{"Negative", "no"}
				case -2:
					return nil, i.Crash()
				case -3:
					close(entered)
					<-hold
				}
				return 2 * n, nil
			},
		})
		f.Reserve(b, 1)
	})
	ctx, i := testContext(t), env.Observer()
	call := func(n int) string {
		t.Helper()
		answer, err := f.Invoke(ctx, i, n)
		if err != nil {
			return err.Error()
		}
		return string(answer[:len(answer)-1])
	}
	for _, c := range []struct {
		n    int
		want string
	}{{21, "42"}, {-1, "Negative: no"}, {2, "4"}} {
		if got := call(c.n); got != c.want {
			t.Errorf("%d gives %s, want %s", c.n, got, c.want)
		}
	}
	if n := started.Load(); n != 1 {
		t.Errorf("%d environments were started, want 1", n)
	}
	done := make(chan string)
	go func() { done <- call(-3) }()
	<-entered
	if _, err := f.Invoke(ctx, i, 1); !load.IsDefinite(err) {
		t.Errorf("a call beyond the concurrency gives %v", err)
	}
	close(hold)
	<-done
	_, err := f.Invoke(ctx, i, -2)
	if failed, ok := errors.AsType[*FunctionError](err); !ok || failed.Type != "Runtime.ExitError" {
		t.Errorf("a crash gives %v", err)
	}
}

func TestAProvisionedFunctionHasStartedBeforeItsRequests(t *testing.T) {
	var f *Function
	var started atomic.Int32
	env := up(t, func(b *lab.Builder) {
		f = NewFunction(b, "ready", Code{
			Start:  func(context.Context, *lab.Instance) error { started.Add(1); return nil },
			Handle: func(context.Context, *lab.Instance, *Invocation) (any, error) { return nil, nil },
		})
		f.Provision(b, 3)
	})
	if n := started.Load(); n != 3 {
		t.Errorf("%d environments have started, want 3", n)
	}
	if _, err := f.Invoke(testContext(t), env.Observer(), nil); err != nil {
		t.Fatal(err)
	}
	if n := started.Load(); n != 3 {
		t.Errorf("a request starts another environment: %d", n)
	}
}

func TestAFunctionGetsTheMessagesOfAQueue(t *testing.T) {
	var q *Queue
	got := make(chan string, 10)
	env := up(t, func(b *lab.Builder) {
		q = NewQueue(b, "work", 10*time.Second, 0)
		f := NewFunction(b, "worker", Code{Handle: func(_ context.Context, _ *lab.Instance, r *Invocation) (any, error) {
			var event struct{ Records []struct{ Body string } }
			if err := json.Unmarshal(r.Payload, &event); err != nil {
				return nil, err
			}
			for _, m := range event.Records {
				got <- m.Body
			}
			return nil, nil
		}})
		f.From(b, q, func(in *sdk.CreateEventSourceMappingInput) { in.BatchSize = new(int32(1)) })
	})
	ctx := testContext(t)
	for n := range 3 {
		if err := q.Send(ctx, env.Observer(), fmt.Append(nil, n)); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		select {
		case <-got:
		case <-ctx.Done():
			t.Fatal("a message does not reach the function")
		}
	}
}
