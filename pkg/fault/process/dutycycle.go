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

// dutyCycle gives a process a share of the CPU where no cgroup can take it apart: it runs for the
// quota, is frozen until the period ends, and so on. That is what CFS does to a process that uses
// all it gets.
type dutyCycle struct {
	freezer *fault.Freezer
	quota   time.Duration
	period  time.Duration
	asked   asked

	cancel context.CancelFunc // stops it
	done   chan struct{}      // closed when it turns no more
	err    error              // of a freeze or a thaw that failed; after done

	mu     sync.Mutex
	length time.Duration // of the periods that are over
	held   time.Duration // for which the process was frozen in them
	next   chan struct{} // closed when the process is next frozen
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

// turn turns the cycle until it is stopped, be it in the middle of a frozen phase: release thaws.
func (d *dutyCycle) turn(ctx context.Context) {
	defer close(d.done)
	began := time.Now()
	for at := began; ; at = at.Add(d.period) {
		if time.Since(at) > d.period {
			at = time.Now() // what a busy machine has missed is not made up for
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

// sleepUntil returns true at an instant, false where ctx ends first.
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

// announce tells those who wait for it that the process is frozen.
func (d *dutyCycle) announce() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.next)
	d.next = make(chan struct{})
}

// count adds a period in which the process was frozen for held; length is all periods so far.
func (d *dutyCycle) count(held, length time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held += held
	d.length = length
}

// measure sees the process slow where it was frozen for as much of the time as was asked, and a
// question put when it froze was not answered before it thawed.
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
		// The question may have come a bit late, so half of the time is enough.
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
