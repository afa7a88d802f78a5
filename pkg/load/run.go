package load

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/history"
)

// Do sends one operation and waits for its answer. nil means OK; an error made by [Definite]
// means Failed; any other error means Unknown, since who only lost the answer cannot tell.
type Do func(ctx context.Context, op Op) error

// Definite marks err as a failure that certainly had no effect: a refusal, a dial that failed.
func Definite(err error) error { return &definite{err} }

type definite struct{ error }

func (d *definite) Unwrap() error { return d.error }

// ErrShed ends an operation that was never sent, because MaxInFlight others were under way.
var ErrShed = errors.New("shed by the load generator")

// Outcome returns the kind of event that ends an operation which returned err.
func Outcome(err error) history.Kind {
	var d *definite
	switch {
	case err == nil:
		return history.OK
	case errors.As(err, &d):
		return history.Failed
	default:
		return history.Unknown
	}
}

// Result sums up a workload.
type Result struct {
	Total, OK, Failed, Unknown int
	Latency                    *hdrhistogram.Histogram // of all that were sent, in microseconds, from the instant each was due
	Behind                     time.Duration           // by how much the generator itself was late at worst
}

// Percentile returns the latency below which q percent of the operations ended.
func (r *Result) Percentile(q float64) time.Duration {
	return time.Duration(r.Latency.ValueAtPercentile(q)) * time.Microsecond
}

// Max returns the longest latency.
func (r *Result) Max() time.Duration { return time.Duration(r.Latency.Max()) * time.Microsecond }

// Run drives the workload until its schedule or ctx ends, waits for what is under way, and
// records each operation in rec. taint, which may be nil, is asked once an operation what a data
// fault makes of it. Run ends at most cfg.Timeout after the schedule, provided that do heeds its
// context and that this process gets the processor: where it does not, operations go out late, and
// Behind says by how much.
func Run(ctx context.Context, cfg Config, start time.Time, rec *history.Recorder, taint func(seq int) string, do Do) *Result {
	cfg = cfg.withDefaults()
	g := &generator{cfg: cfg, start: start, rec: rec, do: do, idle: make(chan Op), result: &Result{Latency: hdrhistogram.New(1, time.Minute.Microseconds(), 3)}}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for op := range cfg.Ops() {
		if !waitUntil(ctx, timer, start.Add(op.At)) {
			break
		}
		if taint != nil {
			op.Taint = taint(op.Seq)
		}
		g.result.Behind = max(g.result.Behind, time.Since(start)-op.At)
		if !g.hand(ctx, op) {
			g.shed(op)
		}
	}
	close(g.idle)
	g.wg.Wait()
	return g.result
}

// waitUntil returns false where ctx ended first. Where the timer fires late, the operations that
// have fallen due meanwhile go out together: their number stays right, and their latencies say so.
func waitUntil(ctx context.Context, timer *time.Timer, at time.Time) bool {
	if d := time.Until(at); d > 0 {
		timer.Reset(d)
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

type generator struct {
	cfg   Config
	start time.Time
	rec   *history.Recorder
	do    Do

	idle     chan Op // unbuffered: a send succeeds only where a worker waits
	workers  int
	wg       sync.WaitGroup
	underWay atomic.Int64 // operations that do has been called with and has not returned from

	mu     sync.Mutex
	result *Result
}

// yields is how often a worker that is about to come back is waited for before another is started.
const yields = 3

// hand gives op to a worker; false means that as many operations are under way as there may be.
// A worker that is not in do only waits for the processor, to begin or to come back. It is given
// some: after a moment in which this process had none a burst falls due, which else would start
// a worker an operation, or even be shed although the target kept nothing.
func (g *generator) hand(ctx context.Context, op Op) bool {
	for try := 0; ; try++ {
		select {
		case g.idle <- op:
			return true
		default:
		}
		allSent := g.underWay.Load() >= int64(g.workers)
		switch {
		case allSent && g.workers == g.cfg.MaxInFlight:
			return false
		case g.workers < g.cfg.MaxInFlight && (allSent || try == yields):
			g.workers++
			g.wg.Add(1)
			go g.work(ctx, op)
			return true
		case try < yields:
			runtime.Gosched()
		default:
			time.Sleep(100 * time.Microsecond) // another process has the processor; spinning would not get it back
		}
	}
}

// work sends op and then whatever it is handed, so that a high rate does not pay for a goroutine
// an operation.
func (g *generator) work(ctx context.Context, op Op) {
	defer crash.Guard()
	defer g.wg.Done()
	g.send(ctx, op)
	for op := range g.idle {
		g.send(ctx, op)
	}
}

func (g *generator) send(ctx context.Context, op Op) {
	err := Record(ctx, g.cfg, g.rec, op, func(ctx context.Context, op Op) error {
		g.underWay.Add(1)
		defer g.underWay.Add(-1)
		return g.do(ctx, op)
	})
	g.count(err, time.Since(g.start)-op.At)
}

func (g *generator) shed(op Op) {
	g.rec.Add(history.Event{Kind: history.Invoke, Op: op.ID, Name: g.cfg.Name, By: "client", Key: op.Key, Value: op.Taint})
	g.rec.Add(history.Event{Kind: history.Failed, Op: op.ID, Name: g.cfg.Name, By: "client", Key: op.Key, Value: ErrShed.Error()})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.result.Total++
	g.result.Failed++
}

func (g *generator) count(err error, latency time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.result.Total++
	switch Outcome(err) {
	case history.OK:
		g.result.OK++
	case history.Failed:
		g.result.Failed++
	default:
		g.result.Unknown++
	}
	// Beyond the histogram's range the worst that it can hold is recorded.
	_ = g.result.Latency.RecordValue(min(latency.Microseconds(), g.result.Latency.HighestTrackableValue()))
}

// Record sends one operation with the workload's time-out and writes its beginning and end to rec.
func Record(ctx context.Context, cfg Config, rec *history.Recorder, op Op, do Do) error {
	cfg = cfg.withDefaults()
	rec.Add(history.Event{Kind: history.Invoke, Op: op.ID, Name: cfg.Name, By: "client", Key: op.Key, Value: op.Taint})
	ctx, cancel := context.WithTimeout(ctx, cfg.Timeout)
	defer cancel()
	err := do(ctx, op)
	end := history.Event{Kind: Outcome(err), Op: op.ID, Name: cfg.Name, By: "client", Key: op.Key}
	if err != nil {
		end.Value = err.Error()
	}
	rec.Add(end)
	return err
}
