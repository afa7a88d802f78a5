package load

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

func nothing(context.Context, Op) (string, error) { return "", nil }

// BenchmarkRun20k sends 20,000 operations per second that do nothing: it measures how late the generator
// itself is.
func BenchmarkRun20k(b *testing.B) {
	for b.Loop() {
		start := time.Now()
		r := run(context.Background(), Config{Name: "get", Rate: 20_000, Duration: time.Second}, start,
			history.NewRecorder(start), nil, nothing)
		b.ReportMetric(float64(r.Total)/time.Since(start).Seconds()/20_000, "of-asked")
		b.ReportMetric(float64(r.Behind.Microseconds()), "behind-µs")
		b.ReportMetric(float64(r.Latency.ValueAtPercentile(99)), "p99-µs")
	}
}

// BenchmarkOperation measures the generator's cost per operation, including its two events in the history, if
// it is always behind, and how much memory the history keeps of it.
func BenchmarkOperation(b *testing.B) {
	start := time.Now()
	rec := history.NewRecorder(start)
	before := heap()
	b.ReportAllocs()
	b.ResetTimer()
	New(Config{Name: "get", Rate: 1e9, Duration: time.Duration(b.N)}, rec, nil, nothing).Run(context.Background(), start)
	b.StopTimer()
	kept := heap() - before
	r := Sum(invariant.NewView(rec.Snapshot()).Ops(""))
	if r.OK != b.N {
		b.Fatalf("%d OK, %d failed, of %d", r.OK, r.Failed, b.N)
	}
	b.ReportMetric(float64(kept)/float64(b.N), "kept-B/op")
	runtime.KeepAlive(rec)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
