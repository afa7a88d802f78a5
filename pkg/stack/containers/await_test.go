package containers

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
)

// running is a process whose container runs, on a fake engine.
func running(t *testing.T, name, addr string, ready readiness) *process {
	t.Helper()
	t.Setenv("DOCKER_HOST", at(t, fake{"/json": state(`"Running":true`)}))
	e, err := Connect(t.Context())
	must(t, err)
	t.Cleanup(func() { must(t, e.Close()) })
	return &process{engine: e, id: "c", name: name, addr: addr, ready: ready}
}

func atOnce(t *testing.T, name string) {
	t.Helper()
	was := readyWithin[name]
	t.Cleanup(func() { readyWithin[name] = was })
	readyWithin[name] = 100 * time.Millisecond
}

func TestAnImageThatIsNotWhatItClaims(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	addr := web.Listener.Addr().String()
	for name, tc := range map[string]struct {
		ready readiness
		want  string
	}{
		stack.Redis: {redisReady(addr),
			`redis does not answer as Redis within 0.1 s (it says "HTTP/1.1 400 Bad Request" to PING); is its image really one of Redis?`},
		"kafka-1": {kafkaReady(addr, 1), "kafka-1 does not answer as Kafka within 0.1 s"},
	} {
		atOnce(t, dependency(name))
		if err := running(t, name, addr, tc.ready).awaitReady(t.Context()); err == nil ||
			!strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v, want %q", err, tc.want)
		}
	}
}

func TestASlowStartIsAwaited(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = l.Close() }()
	hurry(t, portWait)
	began := time.Now()
	// An engine's proxy accepts at once and answers when the server has started.
	p := running(t, stack.Redis, l.Addr().String(), func(context.Context) error {
		if time.Since(began) < 4*inspectEvery {
			return errors.New("EOF")
		}
		return nil
	})
	must(t, p.awaitReady(t.Context()))
}

func TestAWaitEndsWithItsCaller(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond)
	defer cancel()
	err := running(t, stack.Redis, "", func(context.Context) error { return errors.New("not yet") }).awaitReady(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "not yet") {
		t.Errorf("got %v", err)
	}
}
