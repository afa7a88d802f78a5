package embedded

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
)

func TestStartNamesAllProcesses(t *testing.T) {
	st := start(t, stack.Needs{KafkaNodes: 3})
	for _, name := range []string{"aws", "redis", "kafka", "kafka-1", "kafka-2", "kafka-3"} {
		if st.Processes[name] == nil {
			t.Errorf("no process %q", name)
		}
	}
	if len(st.Kafka) != 3 {
		t.Errorf("Kafka addresses: %v", st.Kafka)
	}
	for _, addr := range append(st.Kafka, st.Redis, strings.TrimPrefix(st.AWS.URL, "http://")) {
		if host, _, err := net.SplitHostPort(addr); err != nil || host != "127.0.0.1" {
			t.Errorf("address %q is not on loopback", addr)
		}
	}
}

func TestStartWithACancelledContextLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, stack.Needs{}, zap.NewNop()); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		st, err := Start(b.Context(), stack.Needs{}, zap.NewNop())
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := st.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(time.Millisecond)/float64(b.N), "ms/start")
}
