package load

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run runs a workload and sums up its record.
func run(ctx context.Context, cfg Config, start time.Time, rec *history.Recorder, taint func(int) string,
	do Do) *Result {
	New(cfg, rec, taint, do).Run(ctx, start)
	return Sum(invariant.NewView(rec.Snapshot()).Ops(""))
}

func ops(c Config) []Op { return slices.Collect(c.Ops()) }

// A target that stands still for a while must show in the latencies of the operations due meanwhile, and must
// not slow the generator down.
func TestLatencyCountsFromWhenAnOperationWasDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const stall = 300 * time.Millisecond
		start := time.Now()
		var inFlight, most atomic.Int32
		cfg := Config{Name: "get", Rate: 200, Duration: 500 * time.Millisecond, Arrivals: Even}
		r := run(t.Context(), cfg, start, history.NewRecorder(start), nil,
			func(ctx context.Context, op Op) (string, error) {
				if n := inFlight.Add(1); n > most.Load() {
					most.Store(n)
				}
				defer inFlight.Add(-1)
				time.Sleep(stall - time.Since(start))
				return "", nil
			})
		if r.OK != 100 {
			t.Errorf("%d OK, want 100", r.OK)
		}
		if p50 := r.Percentile(50); p50 < stall/10 {
			t.Errorf("p50 %v: the stall of %v is not seen", p50, stall)
		}
		if n := most.Load(); n != 60 {
			t.Errorf("at most %d in flight of the 60 that were due: the generator waited for answers", n)
		}
	})
}

func TestOperationsBeyondMaxInFlightAreShed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		rec := history.NewRecorder(start)
		cfg := Config{Name: "get", Rate: 1000, Duration: 100 * time.Millisecond, MaxInFlight: 10, Timeout: 10 * time.Second}
		r := run(t.Context(), cfg, start, rec, nil, func(context.Context, Op) (string, error) {
			time.Sleep(time.Second) // the load is long over
			return "", nil
		})
		if r.Total != 100 || r.OK != 10 || r.Failed != 90 {
			t.Errorf("total %d, ok %d, failed %d; want 100, 10, 90", r.Total, r.OK, r.Failed)
		}
		if n := len(rec.Snapshot()); n != 200 {
			t.Errorf("%d events, want 200: what was shed is on record too", n)
		}
	})
}

// Many more operations are due at once than may be in progress, but none stays: on a busy machine the
// generator itself makes such bursts.
func TestShedsNothingThatTheTargetDidNotKeep(t *testing.T) {
	start := time.Now()
	cfg := Config{Name: "get", Rate: 1e6, Duration: 20 * time.Millisecond, MaxInFlight: 100}
	r := run(t.Context(), cfg, start, history.NewRecorder(start), nil, nothing)
	if r.OK != 20_000 {
		t.Errorf("%d OK and %d failed of 20,000", r.OK, r.Failed)
	}
}

// Once its context has ended the generator starts at most the operation it is about to start. Those it has
// already started, however many, are sent.
func TestEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	start := time.Now()
	var takenUp atomic.Int64
	var atEnd int64
	taint := func(int) string {
		takenUp.Add(1)
		return ""
	}
	cfg := Config{Name: "get", Rate: 10_000, Duration: 5 * time.Second}
	r := run(ctx, cfg, start, history.NewRecorder(start), taint, func(ctx context.Context, op Op) (string, error) {
		if op.Seq == 2 {
			cancel()
			atEnd = takenUp.Load()
		}
		return "", ctx.Err()
	})
	if n := takenUp.Load(); n > atEnd+1 {
		t.Errorf("%d operations taken up after the context ended", n-atEnd)
	}
	if n := takenUp.Load(); int64(r.Total) != n {
		t.Errorf("%d operations of %d that were taken up", r.Total, n)
	}
}

func TestTaintReachesTheOperationAndTheRecord(t *testing.T) {
	start := time.Now()
	rec := history.NewRecorder(start)
	var tainted atomic.Int32
	New(Config{Name: "put", Rate: 1000, Duration: 20 * time.Millisecond}, rec,
		func(seq int) string {
			if seq%5 == 0 {
				return "poison"
			}
			return ""
		},
		func(_ context.Context, op Op) (string, error) {
			if op.Taint == "poison" {
				tainted.Add(1)
			}
			return "", nil
		}).Run(context.Background(), start)
	recorded := 0
	for _, e := range rec.Snapshot() {
		if e.Kind == history.Invoke && e.Value == "poison" {
			recorded++
		}
	}
	if tainted.Load() != 4 || recorded != 4 {
		t.Errorf("%d sent and %d recorded as poison, want 4 of 20", tainted.Load(), recorded)
	}
}

// Each operation is on record as it was sent: how late the generator was, and how it ended. Its sender gets its ID.
func TestRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const slow = 200 * time.Millisecond
		start := time.Now()
		rec := history.NewRecorder(start)
		held := func(seq int) string { // the generator itself
			if seq == 0 {
				time.Sleep(slow)
			}
			return ""
		}
		do := func(ctx context.Context, op Op) (string, error) {
			if id := OperationOf(ctx); id != op.ID {
				t.Errorf("operation %s is sent as %q", op.ID, id)
			}
			if op.Seq == 1 {
				return "", Definite(errors.New("sold out"))
			}
			return "receipt", nil
		}
		cfg := Config{Name: "put", Rate: 10, Duration: 400 * time.Millisecond, Arrivals: Even, Seed: 1}
		due := ops(cfg)
		New(cfg, rec, held, do).Run(t.Context(), start)
		set, err := history.Operations(rec.Snapshot())
		if err != nil || len(set.All) != len(due) {
			t.Fatalf("%d operations on record, want %d: %v", len(set.All), len(due), err)
		}
		for n, op := range set.All {
			ready := due[0].At + slow // by then the generator goes on
			if want := max(0, ready-due[n].At); (time.Duration(op.Invoke.N)*time.Microsecond - want).Abs() > time.Millisecond {
				t.Errorf("operation %d: %d µs late, want %v", n, op.Invoke.N, want)
			}
			end, says := history.OK, "receipt"
			if n == 1 {
				end, says = history.Failed, "sold out"
			}
			if op.Outcome() != end || op.End.Value != says {
				t.Errorf("operation %d: %s %q, want %s %q", n, op.Outcome(), op.End.Value, end, says)
			}
		}
	})
}
