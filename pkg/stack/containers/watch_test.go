package containers

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
)

func TestWatchLeavesWhenAllIsRemoved(t *testing.T) {
	var out strings.Builder
	if err := watchRun([]string{"run"}, strings.NewReader(finished+"\n"), &out); err != nil || out.String() != watching+"\n" {
		t.Fatalf("%v, said %q", err, out.String())
	}
}

func TestWatchWantsOneRun(t *testing.T) {
	if err := watchRun(nil, strings.NewReader(""), io.Discard); err == nil {
		t.Fatal("watches nothing")
	}
}

func TestAWatcherStartsNoWatcher(t *testing.T) {
	t.Setenv(watchEnv, "1")
	if _, err := watch(t.Context(), "run"); err == nil {
		t.Fatal("started a watcher from a watcher")
	}
}

func TestWatcherEndsWithItsRun(t *testing.T) {
	w, err := watch(t.Context(), "no-such-run")
	must(t, err)
	must(t, w.end(true))
	select {
	case <-w.done:
	default:
		t.Fatal("the watcher is still there")
	}
}

func TestConnectSaysWhereItLooked(t *testing.T) {
	t.Setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	_, err := Connect(ctx)
	var unavailable *stack.UnavailableError
	if !errors.As(err, &unavailable) || !strings.Contains(err.Error(), "unix:///nowhere/docker.sock") {
		t.Fatalf("got %v", err)
	}
}

func TestAwaitEndsWhereItIsOfNoUse(t *testing.T) {
	never := func(context.Context) error { return errors.New("not yet") }
	if err := await(t.Context(), never, func(context.Context) error { return errors.New("exited") }); err == nil || err.Error() != "exited" {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond)
	defer cancel()
	err := await(ctx, never, func(context.Context) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "not yet") {
		t.Errorf("got %v", err)
	}
}
