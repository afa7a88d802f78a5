package conformance

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/containers"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/stack/external"
)

// The test binary also serves as the watcher of the containers that it starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == containers.WatchCommand {
		if err := containers.Watch(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func shut(t *testing.T, st *stack.Stack) {
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := st.Close(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestEmbedded(t *testing.T) {
	t.Parallel() // it mostly waits
	st, err := embedded.Start(t.Context(), stack.Needs{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	shut(t, st)
	Run(t, st)
}

// TestContainers needs Docker and the images; with CRASHLAB_E2E=1 their absence is a failure.
func TestContainers(t *testing.T) {
	miss := t.Skipf
	if os.Getenv("CRASHLAB_E2E") == "1" {
		miss = t.Fatalf
	}
	switch h := containers.Examine(t.Context(), containers.Images{}); {
	case h.Err != nil:
		miss("%v", h.Err)
	case !h.Ready():
		miss("these images are not here: %s", h.Absent())
	}
	st, err := containers.Start(t.Context(), containers.Config{})
	if err != nil {
		t.Fatal(err)
	}
	shut(t, st)
	Run(t, st)
}

// An embedded stack also passes as an external one, like that of `crashlab up`. It verifies every signature.
func TestExternalIsRecognizedByItsServers(t *testing.T) {
	t.Parallel() // it mostly waits
	inner, err := embedded.Start(t.Context(), stack.Needs{Signatures: true}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	shut(t, inner)
	st, err := external.Start(t.Context(), external.Config{AWS: inner.AWS, Kafka: inner.Kafka, Redis: inner.Redis},
		stack.Needs{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	shut(t, st)
	Run(t, st)
}

// TestExternal runs if an external stack is fully configured, as in scripts/e2e with compose's.
func TestExternal(t *testing.T) {
	for _, name := range []string{external.EnvAWS, external.EnvKafka, external.EnvRedis} {
		if os.Getenv(name) == "" {
			t.Skipf("%s is not set", name)
		}
	}
	st, err := external.Start(t.Context(), external.Config{}.FromEnv(os.Getenv), stack.Needs{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	shut(t, st)
	Run(t, st)
}

func TestCaseNamesAreUnique(t *testing.T) {
	if n := Count(); n < 150 {
		t.Errorf("%d cases", n)
	}
	seen := map[string]bool{}
	for _, g := range groups {
		for _, c := range g.cases {
			if seen[g.name+"/"+c.Name] {
				t.Errorf("%s: %q twice", g.name, c.Name)
			}
			seen[g.name+"/"+c.Name] = true
		}
	}
	servers := []string{localStack, ownAWS, kfake, ownRedis}
	for _, d := range known {
		if !slices.Contains(servers, d.server) {
			t.Errorf("a difference of no server: %+v", d)
		}
		if !seen[d.service+"/"+d.name] {
			t.Errorf("a difference for no case: %s: %q", d.service, d.name)
		}
	}
}
