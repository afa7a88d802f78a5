package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"
	"unsafe"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/load"
)

const (
	stalledFor = 4 * time.Second
	maxWorkers = 10_000 // pkg/load's default; vegeta has none
)

// stalled is a transport to a target that has stopped answering. It uses no sockets: only the generator's
// memory is measured.
type stalled struct{ over chan struct{} }

func (s stalled) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-s.over:
		return nil, errors.New("stalled")
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// BenchmarkStall measures the generators' memory while their target stalls. The history grows with the number
// of operations in any case, and is listed separately.
func BenchmarkStall(b *testing.B) {
	workload := load.Config{Name: "get", Rate: askedRate, Duration: stalledFor, Seed: 1, MaxInFlight: maxWorkers}
	t := table{
		title: fmt.Sprintf("%s operations a second for %v at a target that does not answer: MB that the process has grown by",
			count(askedRate), stalledFor),
	}
	t.row("", "after 1 s", "2 s", "3 s", "of which history", "goroutines at most", "due", "on record")
	var ours, theirs float64
	for b.Loop() {
		for _, g := range []struct {
			name string
			run  func(transport http.RoundTripper) (recorded int, history float64)
		}{
			{"crashlab", func(transport http.RoundTripper) (int, float64) {
				client := &http.Client{Transport: transport}
				start := time.Now()
				rec := history.NewRecorder(start)
				load.New(workload, rec, nil, func(ctx context.Context, _ load.Op) (string, error) {
					return "", get(ctx, client, "http://127.0.0.1")
				}).Run(b.Context(), start)
				h := rec.Snapshot()
				return len(invariant.NewView(h).Ops("")), float64(len(h)) * float64(unsafe.Sizeof(history.Event{})) * 3 /
					stalledFor.Seconds()
			}},
			{"vegeta", func(transport http.RoundTripper) (int, float64) { return stalledVegeta(transport), 0 }},
			{fmt.Sprintf("vegeta, %s workers", count(maxWorkers)), func(transport http.RoundTripper) (int, float64) {
				return stalledVegeta(transport, vegeta.MaxWorkers(maxWorkers)), 0
			}},
		} {
			s := stalled{make(chan struct{})}
			var grown [3]float64
			goroutines := 0
			before := weight()
			watched := make(chan struct{})
			start := time.Now()
			go func() {
				defer close(watched)
				for i := range grown {
					time.Sleep(time.Until(start.Add(time.Duration(i+1) * time.Second)))
					grown[i] = (weight() - before) / 1e6
					goroutines = max(goroutines, runtime.NumGoroutine())
				}
				time.Sleep(time.Until(start.Add(stalledFor)))
				close(s.over)
			}()
			recorded, kept := g.run(s)
			<-watched
			due := askedRate * int(stalledFor/time.Second)
			t.row(g.name, fmt.Sprintf("%.0f", grown[0]), fmt.Sprintf("%.0f", grown[1]), fmt.Sprintf("%.0f", grown[2]),
				fmt.Sprintf("%.0f", kept/1e6),
				count(float64(goroutines)), count(float64(due)), count(float64(recorded)))
			switch g.name {
			case "crashlab":
				ours = grown[2]
			case "vegeta":
				theirs = grown[2]
			}
		}
	}
	t.print(os.Stdout)
	b.ReportMetric(ours, "MB")
	b.ReportMetric(theirs/ours, "vegeta-x-crashlab")
}

func stalledVegeta(transport http.RoundTripper, options ...func(*vegeta.Attacker)) int {
	client := &http.Client{Transport: transport, Timeout: vegeta.DefaultTimeout}
	attacker := vegeta.NewAttacker(append(options, vegeta.Client(client))...)
	n := 0
	for range attacker.Attack(vegeta.NewStaticTargeter(vegeta.Target{
		Method: http.MethodGet, URL: "http://127.0.0.1",
	}), vegeta.Rate{Freq: askedRate, Per: time.Second}, stalledFor, "") {
		n++
	}
	return n
}

// weight is the process's memory in bytes: live heap and stacks.
func weight() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}
