package containers

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap/zaptest"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// The test binary also serves as the watcher of the stacks that it starts, as the command that dies in
// TestKilledRunLeavesNothing, and as the command whose user has settings for testcontainers.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case WatchCommand:
			exit(Watch(os.Args[2:]))
		case victimCommand:
			exit(victim())
		case isolatedCommand:
			exit(isolated())
		}
	}
	goleak.VerifyTestMain(m)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// needDocker skips the test unless Docker and the images of these dependencies are present; with
// CRASHLAB_E2E=1 their absence is a failure.
func needDocker(t *testing.T, names ...string) *Engine {
	t.Helper()
	miss := t.Skipf
	if os.Getenv("CRASHLAB_E2E") == "1" {
		miss = t.Fatalf
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	e, err := Connect(ctx)
	if err != nil {
		miss("%v", err)
	}
	t.Cleanup(func() { _ = e.Close() })
	chosen, err := choose(t.Context(), e, Images{})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range chosen {
		for _, name := range names {
			if i.Dependency == name && !i.Present {
				miss("image %s is not here: crashlab pull, or make images", i.Ref)
			}
		}
	}
	return e
}

// group starts only some dependencies, as a run does, and removes them after the test.
func group(t *testing.T, nodes int, names ...string) (*stack.Stack, *run) {
	t.Helper()
	e := needDocker(t, names...)
	chosen, err := choose(t.Context(), e, Images{})
	must(t, err)
	images := map[string]string{}
	for _, i := range chosen {
		images[i.Dependency] = i.Ref
	}
	own, err := Connect(t.Context()) // the run closes it
	must(t, err)
	r := &run{id: newRun(), engine: own}
	t.Cleanup(func() { must(t, r.remove()) })
	r.guard, err = watch(t.Context(), r.id, own)
	must(t, err)
	labels := map[string]string{labelOurs: "1", labelRun: r.id, labelOwner: owner.Self()}
	all, err := plan(images, stack.Needs{KafkaNodes: nodes})
	must(t, err)
	var specs []spec
	for _, s := range all {
		for _, name := range names {
			if s.name == name || name == stack.Kafka && s.inner == 9092 {
				specs = append(specs, s)
			}
		}
	}
	network, err := r.network(t.Context(), nodes, labels)
	must(t, err)
	processes, err := r.launch(t.Context(), logged(t), specs, labels, network)
	must(t, err)
	return assemble(specs, processes), r
}

// logged is a Config that logs to the test.
func logged(t *testing.T) Config {
	t.Helper()
	return Config{Log: zaptest.NewLogger(t)}.withDefaults()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// within fails the test unless cond holds before the deadline.
func within(t *testing.T, d time.Duration, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if cond() {
			return
		}
	}
	t.Fatalf("not within %v: %s", d, what)
}
