package lab

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
)

// seenToAct measures until the fault is seen to act.
func seenToAct(t *testing.T, ctx context.Context, injection fault.Injection) {
	t.Helper()
	var m fault.Measurement
	err := Poll(ctx, "the fault acts", func(ctx context.Context) (acted bool, err error) {
		m, err = injection.Measure(ctx)
		return m.Acted, err
	})
	if err != nil {
		t.Fatalf("%v; last seen: %s", err, m.Text)
	}
	t.Log(m.Text)
}

func TestSlowInstance(t *testing.T) {
	ctx, env := testContext(t), newTestEnv(t)
	lives := 0
	server, c := start(t, env, "server", hello(&lives)), start(t, env, "client", client)
	injection, err := process.Slow{Process: "server", Share: 0.2}.Inject(ctx, env.Surface)
	if err != nil {
		t.Fatal(err)
	}
	seenToAct(t, ctx, injection)
	if err := get(ctx, c, server.Addr()); err != nil {
		t.Errorf("a slow instance does not answer at all: %v", err)
	}
	// A process killed in a frozen phase dies at once, and its successor is as slow.
	impatient, cancel := context.WithCancel(ctx)
	cancel()
	if err := Poll(ctx, "it is frozen", func(context.Context) (bool, error) {
		return server.Probe(impatient) != nil, nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := server.Kill(ctx); err != nil {
		t.Fatal(err)
	}
	if err := server.Start(ctx); err != nil {
		t.Fatal(err)
	}
	seenToAct(t, ctx, injection)
	for range 2 {
		if err := injection.Revert(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := server.gate.Wait(nil); err != nil {
		t.Error(err)
	}
}

// Each embedded dependency is frozen in its own way.
func TestSlowDependencies(t *testing.T) {
	ctx := testContext(t)
	st, err := embedded.Start(ctx, stack.Needs{KafkaNodes: 3}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	env := NewEnv("test", 1, 100, st, history.NewRecorder(time.Now()), zap.NewNop())
	t.Cleanup(func() {
		if err := errors.Join(env.Close(testContext(t)), st.Close(testContext(t))); err != nil {
			t.Error(err)
		}
	})
	start(t, env, "client", client)
	for _, name := range []string{stack.AWS, stack.Kafka, stack.Redis} {
		t.Run(name, func(t *testing.T) {
			injection, err := process.Slow{Process: name, Share: 0.2}.Inject(ctx, env.Surface)
			if err != nil {
				t.Fatal(err)
			}
			seenToAct(t, ctx, injection)
			if err := errors.Join(st.Processes[name].Kill(ctx), st.Processes[name].Start(ctx)); err != nil {
				t.Fatal(err)
			}
			seenToAct(t, ctx, injection)
			if err := injection.Revert(ctx); err != nil {
				t.Fatal(err)
			}
			if err := env.ping(ctx, "client", name); err != nil {
				t.Errorf("after the revert: %v", err)
			}
		})
	}
}
