package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/load"
)

// Each instance has a clock of its own, which a fault can make wrong.
func TestAnInstancesClockIsItsOwn(t *testing.T) {
	env := newTestEnv(t)
	one, two := start(t, env, "one", client).current(), start(t, env, "two", client).current()
	env.Surface.Clocks.Skew("one", time.Hour, 0)
	if ahead := one.Clock().Now().Sub(two.Clock().Now()); ahead < 59*time.Minute || ahead > time.Hour {
		t.Errorf("the clock that is an hour fast is %v ahead", ahead)
	}
}

// What happens is on record as done by the instance, for the operation that it serves.
func TestAnEffectIsOfItsInstanceAndOperation(t *testing.T) {
	env := newTestEnv(t)
	i := start(t, env, "worker-1", client).current()
	ctx := load.WithOperation(t.Context(), "order-7")
	i.Effect(ctx, history.Event{Name: "done", By: "nobody"})
	i.Effect(ctx, history.Event{Name: "done", Op: "order-8"})
	h := env.History.Snapshot()
	for n, op := range []string{"order-7", "order-8"} {
		if e := h[n]; e.Kind != history.Effect || e.By != "worker-1" || e.Op != op {
			t.Errorf("%+v, want an effect of worker-1 for %s", e, op)
		}
	}
}

// A frozen instance neither works nor hears what others answer it.
func TestAPausedInstanceStandsStill(t *testing.T) {
	ctx, env := testContext(t), newTestEnv(t)
	lives := 0
	server, c := start(t, env, "server", hello(&lives)), start(t, env, "client", client)
	if err := c.Pause(ctx); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := get(short, c, server.Addr()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a frozen client's request: %v", err)
	}
	worked := make(chan error, 1)
	go func() { worked <- c.current().Work(ctx, time.Millisecond) }()
	select {
	case err := <-worked:
		t.Fatalf("a frozen instance works: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if err := c.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-worked, get(ctx, c, server.Addr())); err != nil {
		t.Errorf("after the thaw: %v", err)
	}
}

// The last instance to start is the first to stop: what it depends on is still there.
func TestInstancesStopInReverse(t *testing.T) {
	env := newTestEnv(t)
	var stopped []string
	for n := range 3 {
		name := fmt.Sprint("tier-", n)
		start(t, env, name, func(ctx context.Context, i *Instance) error {
			i.Ready()
			<-ctx.Done()
			stopped = append(stopped, name)
			return nil
		})
	}
	if err := env.StopInstances(testContext(t)); err != nil {
		t.Fatal(err)
	}
	if want := []string{"tier-2", "tier-1", "tier-0"}; !slices.Equal(stopped, want) {
		t.Errorf("stopped %q, want %q", stopped, want)
	}
}

// The backlog of a design is that of all its parts, and each of its guards has a variant without it.
func TestADesignIsTheSumOfItsParts(t *testing.T) {
	s := guardedSpec()
	d := s.Designs[1]
	var off []string
	for _, v := range d.Variants("f") {
		off = append(off, v.Off()...)
	}
	if !slices.Equal(off, []string{"a", "b"}) || len(d.Variants("g")) != 0 {
		t.Errorf("variants without %q under the fault, and %d under another", off, len(d.Variants("g")))
	}
	count := func(n int) func(context.Context, *Instance) (int, error) {
		return func(context.Context, *Instance) (int, error) { return n, nil }
	}
	d = Design{Build: func(b *Builder) { b.Backlog(count(2), count(3)); b.Backlog(count(5)) }}
	system, err := d.Up(t.Context(), newTestEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := system.Backlog(t.Context()); n != 10 || err != nil {
		t.Errorf("%d, %v; want 10", n, err)
	}
}
