package load

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/history"
)

// Shed is the recorded error of an operation that was never sent, because MaxInFlight others were in
// progress.
const Shed = "shed by the load generator"

// Load is a workload, its target and its record.
type Load struct {
	Config
	Record *history.Recorder
	Taint  func(seq int) string // called once per operation for its data fault; nil for none
	Do     Do

	shifts  map[string]*Shift
	turning sync.RWMutex // held for reading by each operation from when its kind is chosen until it is on record
}

// New returns a load that is ready to run.
func New(cfg Config, rec *history.Recorder, taint func(seq int) string, do Do) *Load {
	cfg = cfg.withDefaults()
	l := &Load{Config: cfg, Record: rec, Taint: taint, Do: do}
	l.shifts = shifts(cfg.mix(), &l.turning)
	return l
}

// Shifts returns the switches of the traffic, by name.
func (l *Load) Shifts() map[string]*Shift { return l.shifts }

// Run drives the workload from start until its schedule or ctx ends, waits for operations in progress, and
// records each operation. It ends at most a Timeout after the schedule if Do heeds its context and this
// process gets the processor. Otherwise operations start late, and the record says by how much. [Sum] sums it
// up.
func (l *Load) Run(ctx context.Context, start time.Time) {
	g := &generator{Load: l, start: start, idle: make(chan Op)}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for op := range l.Ops() {
		if !waitUntil(ctx, timer, start.Add(op.At)) {
			break
		}
		op, sent := l.shifted(op)
		if !sent {
			continue
		}
		op.due = start.Add(op.At)
		if l.Taint != nil {
			op.Taint = l.Taint(op.Seq)
		}
		if !g.hand(ctx, op) {
			_ = g.record(ctx, op, func(context.Context, Op) (string, error) { return "", Definite(errors.New(Shed)) })
		}
	}
	close(g.idle)
	g.wg.Wait()
}

// waitUntil returns false if ctx ended first. If the timer fires late, the operations due meanwhile start
// together: their number stays right, and their latencies include the delay.
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

// generator is a running load.
type generator struct {
	*Load
	start time.Time

	idle     chan Op // unbuffered: a send succeeds only if a worker waits
	workers  int
	wg       sync.WaitGroup
	underWay atomic.Int64 // operations that do has been called with and has not returned from
}

// yields is how often to wait for a returning worker before starting another.
const yields = 3

// hand gives op to a worker; false means that as many operations are in progress as allowed. A worker that is
// not in do only waits for the processor, to begin or to return, so hand yields first. Otherwise a burst
// after a pause of this process would start a worker per operation, or even shed operations although the
// target kept none.
func (g *generator) hand(ctx context.Context, op Op) bool {
	for try := 0; ; try++ {
		select {
		case g.idle <- op:
			return true
		default:
		}
		allSent := g.underWay.Load() >= int64(g.workers)
		switch {
		case allSent && g.workers == g.MaxInFlight:
			return false
		case g.workers < g.MaxInFlight && (allSent || try == yields):
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

// work sends op and then whatever it is handed, so that a high rate does not pay for a goroutine per
// operation.
func (g *generator) work(ctx context.Context, op Op) {
	defer crash.Guard()
	defer g.wg.Done()
	g.send(ctx, op)
	for op := range g.idle {
		g.send(ctx, op)
	}
}

func (g *generator) send(ctx context.Context, op Op) {
	_ = g.record(ctx, op, func(ctx context.Context, op Op) (string, error) { // its end is on record
		g.underWay.Add(1)
		defer g.underWay.Add(-1)
		return g.Do(ctx, op)
	})
}

// Canary sends an operation of the runner's own under that key, to check the system's health: a read-only one
// if the mix has one. It is recorded as a canary, and counts nowhere.
func (l *Load) Canary(ctx context.Context, id, key string) error {
	mix, kind := l.mix(), 0
	for n := range mix {
		if mix[n].ReadOnly && mix[n].During == "" {
			kind = n
			break
		}
	}
	op := l.become(Op{ID: id, Seq: -1, Canary: true, drawn: key}, kind)
	return l.record(ctx, op, l.Do)
}

// record sends one operation with the workload's timeout and records its beginning and end.
func (l *Load) record(ctx context.Context, op Op, do Do) error {
	late := max(0, time.Since(op.due).Microseconds())
	if op.Canary {
		late = 0
	}
	l.Record.Add(history.Event{
		Kind: history.Invoke, Op: op.ID, Name: op.Name, By: op.by(), Key: op.Key, Value: op.written(), N: late,
	})
	if op.chosen != nil {
		op.chosen()
	}
	ctx, cancel := context.WithTimeout(WithOperation(ctx, op.ID), l.Timeout)
	defer cancel()
	read, err := do(ctx, op)
	end := history.Event{Kind: op.Outcome(err), Op: op.ID, Name: op.Name, By: op.by(), Key: op.Key, Value: read}
	if err != nil {
		end.Value = err.Error()
	}
	l.Record.Add(end)
	return err
}
