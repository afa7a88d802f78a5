package bench

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal"
)

// goal is how many times faster than LocalStack the embedded AWS should be, operation by operation.
const goal = 20

// slice is how long a side's turn in a round is.
const slice = 300 * time.Millisecond

// BenchmarkAWS compares the embedded AWS with LocalStack and with the floor. An iteration is a round: each
// side has a turn.
func BenchmarkAWS(b *testing.B) {
	local := must[*awslocal.Server](b)(awslocal.Start(awslocal.Config{}))
	b.Cleanup(func() { _ = local.Close() }) // it never fails
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	b.Cleanup(transport.CloseIdleConnections)
	other, absent := startLocalStack(b)

	t := table{
		title: "The AWS SDK v2, one client, one operation at a time: operations per second, medians of alternating rounds",
	}
	t.row("", "embedded/s", "LocalStack/s", "floor/s", "embedded/LocalStack", "least–most", "floor/LocalStack",
		"CPU ratio", "embedded's own", "ns/op", "B/op", "floor B/op")
	for _, op := range operations {
		b.Run(op.name, func(b *testing.B) {
			ctx := b.Context()
			recorder := &recorder{next: transport, answers: map[string]answer{}}
			embedded := &side{tb: b, do: op.prepare(ctx, b, client(local.URL(), recorder))}
			embedded.turn(0)
			recorder.done.Store(true)
			null := replay(recorder.answers)
			b.Cleanup(null.Close)
			floor := &side{tb: b, do: op.prepare(ctx, b, client(null.URL, transport))}
			localstack := &side{tb: b}
			sides := []*side{embedded, floor}
			if other != nil {
				localstack.do, localstack.there = op.prepare(ctx, b, client(other.url, transport)), other.cpu
				localstack.warmUp()
				sides = append(sides, localstack)
			}
			for _, s := range sides {
				s.turn(slice)
			}
			for b.Loop() {
				for _, s := range sides {
					s.round()
				}
			}
			report(b, &t, op.name, embedded, localstack, floor)
		})
	}
	if absent != "" {
		t.note("LocalStack is left out: %s", absent)
	}
	t.note("floor: the same client and a server that only replays recorded answers; no server is faster.")
	t.note("CPU ratio: processor time of an operation, client and server, on LocalStack by that on embedded.")
	t.note("embedded's own: the share of an operation's time that is not the floor's.")
	t.print(os.Stdout)
}

func report(b *testing.B, t *table, name string, embedded, localstack, floor *side) {
	rate, most := median(embedded.rates), median(floor.rates)
	own := 100 * (1 - median(ratios(embedded.rates, floor.rates)))
	b.ReportMetric(1e9/rate, "ns/op")
	b.ReportMetric(median(embedded.allocs), "B/op")
	b.ReportMetric(own, "own-%")
	there, gain, bounds, ceiling, work := "", "", "", "", ""
	if localstack.rates != nil {
		gains := ratios(embedded.rates, localstack.rates)
		x, top := median(gains), median(ratios(floor.rates, localstack.rates))
		there, gain, ceiling = number(median(localstack.rates)), fmt.Sprintf("%.1f", x), fmt.Sprintf("%.1f", top)
		bounds = fmt.Sprintf("%.1f–%.1f", slices.Min(gains), slices.Max(gains))
		work = fmt.Sprintf("%.1f", localstack.work()/embedded.work())
		b.ReportMetric(localstack.work()/embedded.work(), "cpu-x-LocalStack")
		b.ReportMetric(x, "x-LocalStack")
		b.ReportMetric(top, "floor-x-LocalStack")
		switch {
		case x >= goal:
		case top < goal:
			t.note("%s: below %dx, and no server could reach it: the SDK's client and the sockets alone take %.0f %% of "+
				"the time.", name, goal, 100-own)
		default:
			t.note("%s: below %dx; the SDK's client and the sockets take %.0f %% of the time, which leaves at most %.0fx.", name,
				goal, 100-own, top)
		}
	}
	t.row(name, count(rate), there, count(most), gain, bounds, ceiling, work, fmt.Sprintf("%.0f %%", own),
		count(1e9/rate), count(median(embedded.allocs)), count(median(floor.allocs)))
}

// side is one endpoint under the client.
type side struct {
	tb     testing.TB
	do     func() error
	there  func() float64 // processor time used by an external server, in seconds; nil if it is in this process
	rates  []float64      // operations per second, one entry per round
	allocs []float64      // bytes that an operation allocated in this process, one entry per round
	cpu    float64        // seconds of processor time in all rounds
	n      int            // operations in all rounds
}

// work is the processor time of an operation.
func (s *side) work() float64 { return s.cpu / float64(s.n) }

func (s *side) round() {
	alloc, cpu := allocated(), s.used()
	rate, n := s.turn(slice)
	s.rates = append(s.rates, rate)
	s.allocs = append(s.allocs, float64(allocated()-alloc)/float64(n))
	s.cpu += s.used() - cpu
	s.n += n
}

func (s *side) used() float64 {
	used := cpu(s.tb, os.Getpid())
	if s.there != nil {
		used += s.there()
	}
	return used
}

// turn does the operation for d, at least once.
func (s *side) turn(d time.Duration) (rate float64, n int) {
	s.tb.Helper()
	start := time.Now()
	for n == 0 || time.Since(start) < d {
		if err := s.do(); err != nil {
			s.tb.Fatal(err)
		}
		n++
	}
	return float64(n) / time.Since(start).Seconds(), n
}

// warmUp gives a server time to compile and cache: 100 operations and 2 s, but no more than 8 s.
func (s *side) warmUp() {
	for start, n := time.Now(), 0; n < 100 && time.Since(start) < 8*time.Second || time.Since(start) < 2*time.Second; {
		_, some := s.turn(0)
		n += some
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
