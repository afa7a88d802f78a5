package process

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/probe"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// dutyCycle limits a process's CPU time where no cgroup can: it lets the process run for the quota, freezes
// it until the period ends, and so on. CFS does the same to a process that uses its whole quota.
type dutyCycle struct {
	freezer *fault.Freezer
	quota   time.Duration
	period  time.Duration
	asked   asked

	cancel context.CancelFunc // stops it
	done   chan struct{}      // closed when the cycle has stopped
	err    error              // of a failed freeze or thaw; read after done

	mu     sync.Mutex
	length time.Duration // of the finished periods
	held   time.Duration // how long the process was frozen in them
	next   chan struct{} // closed at the next freeze
}

func startDutyCycle(f *fault.Freezer, quota, period time.Duration, a asked) *dutyCycle {
	ctx, cancel := context.WithCancel(context.Background())
	d := &dutyCycle{
		freezer: f, quota: quota, period: period, asked: a,
		cancel: cancel, done: make(chan struct{}), next: make(chan struct{}),
	}
	go d.turn(ctx)
	return d
}

// turn runs the cycle until it is stopped, possibly in a frozen phase: release thaws.
func (d *dutyCycle) turn(ctx context.Context) {
	defer close(d.done)
	began := time.Now()
	for at := began; ; at = at.Add(d.period) {
		if time.Since(at) > d.period {
			at = time.Now() // time that a busy machine has missed is not made up for
		}
		if !sleepUntil(ctx, at.Add(d.quota)) {
			return
		}
		if d.err = d.freezer.Freeze(ctx); d.err != nil {
			return
		}
		since := time.Now()
		d.announce()
		if !sleepUntil(ctx, at.Add(d.period)) {
			return
		}
		d.count(time.Since(since), time.Since(began))
		if d.err = d.freezer.Thaw(ctx); d.err != nil {
			return
		}
	}
}

// sleepUntil returns true at that time, or false if ctx ends first.
func sleepUntil(ctx context.Context, at time.Time) bool {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// announce tells waiters that the process is frozen.
func (d *dutyCycle) announce() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.next)
	d.next = make(chan struct{})
}

// count adds a period in which the process was frozen for held; length is the total of all periods.
func (d *dutyCycle) count(held, length time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held += held
	d.length = length
}

// measure sees the effect if the process was frozen for the requested share of the time, and a question asked
// at a freeze was not answered before the thaw.
func (d *dutyCycle) measure(ctx context.Context) (fault.Measurement, error) {
	d.mu.Lock()
	next := d.next
	d.mu.Unlock()
	select {
	case <-next:
	case <-d.done:
		return fault.Measurement{}, d.err
	case <-ctx.Done():
		return fault.Measurement{}, ctx.Err()
	}
	off := d.period - d.quota
	took, text := d.asked.now(ctx, 1, off)

	d.mu.Lock()
	held, length := d.held, d.length
	d.mu.Unlock()
	if length == 0 {
		return fault.Measurement{Text: "not frozen for a whole period yet; " + text}, nil
	}
	share, want := float64(held)/float64(length), float64(off)/float64(d.period)
	return fault.Measurement{
		// The question may come a bit late, so half of the time is enough.
		Acted: share >= 0.9*want && d.asked.before > 0 && probe.Shows(d.asked.before, took, off/2),
		Text:  fmt.Sprintf("frozen %.3g %% of %s; %s", 100*share, say.Time(length), text),
	}, nil
}

// release stops the cycle and leaves the process thawed.
func (d *dutyCycle) release(ctx context.Context) error {
	d.cancel()
	select {
	case <-d.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	return d.freezer.Thaw(ctx)
}

// left asks a few times. The fastest answer must come within half of the time for which the process stood still.
func (d *dutyCycle) left(ctx context.Context) (fault.Measurement, error) {
	is := askBefore(ctx, d.asked.surface, d.asked.name).before
	m := fault.Measurement{Text: "answers in " + say.Time(is)}
	switch {
	case d.asked.before == 0:
		m.Text = "did not answer before either, or nobody can ask"
	case is == 0:
		m = fault.Measurement{Acted: true, Text: "does not answer"}
	case probe.Shows(d.asked.before, is, (d.period-d.quota)/2):
		m.Acted = true
	}
	return m, nil
}
