package containers

import (
	"io"
	"strings"
	"testing"
)

func TestWatchLeavesWhenAllIsRemoved(t *testing.T) {
	var out strings.Builder
	if err := watchRun([]string{"run"}, strings.NewReader(finished+"\n"), &out); err != nil || out.String() != watching+
		"\n" {
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
	if _, err := watch(t.Context(), "run", &Engine{}); err == nil {
		t.Fatal("started a watcher from a watcher")
	}
}

func TestWatcherEndsWithItsRun(t *testing.T) {
	w, err := watch(t.Context(), "no-such-run", &Engine{})
	must(t, err)
	must(t, w.end(true))
	select {
	case <-w.done:
	default:
		t.Fatal("the watcher is still there")
	}
}
