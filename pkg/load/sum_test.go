package load

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// Each outcome counts as itself. A time-out is no failure; it ends with the workload's patience.
func TestSum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const slow, patience = 100 * time.Millisecond, 300 * time.Millisecond
		start := time.Now()
		cfg := Config{Name: "put", Rate: 10, Duration: time.Second, Arrivals: Even, Timeout: patience}
		r := run(t.Context(), cfg, start, history.NewRecorder(start), nil, func(ctx context.Context, op Op) (string, error) {
			switch {
			case op.Seq < 5:
				time.Sleep(slow)
				return "", nil
			case op.Seq < 7:
				return "", Definite(errors.New("refused"))
			}
			<-ctx.Done()
			return "", ctx.Err()
		})
		if r.Total != 10 || r.OK != 5 || r.Failed != 2 || r.Unknown != 3 {
			t.Errorf("of %d operations %d OK, %d failed, %d unknown; want 5, 2 and 3 of 10", r.Total, r.OK, r.Failed, r.Unknown)
		}
		if p50 := r.Percentile(50); p50.Round(time.Millisecond) != slow {
			t.Errorf("p50 %v, want %v", p50, slow)
		}
		if longest := r.Max(); longest.Round(time.Millisecond) != patience {
			t.Errorf("the longest took %v, want %v", longest, patience)
		}
	})
}

// Latency counts from when an operation was due. What was never sent has none.
func TestLatencyOfARecord(t *testing.T) {
	const ms = time.Millisecond
	sent := func(late, took time.Duration, end history.Kind, says string) *history.Operation {
		return &history.Operation{
			Invoke: &history.Event{At: time.Second, Kind: history.Invoke, N: late.Microseconds()},
			End:    &history.Event{At: time.Second + took, Kind: end, Value: says},
		}
	}
	r := Sum([]*history.Operation{
		sent(50*ms, 10*ms, history.OK, ""), sent(20*ms, 10*ms, history.Unknown, "timeout"),
		sent(0, 10*ms, history.Failed, "refused"), sent(0, 0, history.Failed, Shed),
		{Invoke: &history.Event{At: time.Second}},
	})
	if r.Total != 5 || r.OK != 1 || r.Failed != 2 || r.Unknown != 2 {
		t.Errorf("%+v, want 1 OK, 2 failed, 2 unknown", r)
	}
	if n := r.Latency.TotalCount(); n != 3 || r.Behind != 50*ms {
		t.Errorf("%d latencies, up to %v late; want 3, and 50 ms", n, r.Behind)
	}
	for q, want := range map[float64]time.Duration{30: 10 * ms, 60: 30 * ms, 100: 60 * ms} {
		if got := r.Percentile(q); (got - want).Abs() > ms/10 {
			t.Errorf("p%g %v, want %v", q, got, want)
		}
	}
}
