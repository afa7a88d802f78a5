package link

import (
	"sync"
	"time"
)

// deadline is a channel that closes at a time. The time may be changed while a caller waits.
type deadline struct {
	mu    sync.Mutex
	timer *time.Timer
	past  chan struct{}
}

func newDeadline() *deadline { return &deadline{past: make(chan struct{})} }

// set moves the deadline; the zero time means never.
func (d *deadline) set(at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	stopped := d.timer == nil || d.timer.Stop()
	d.timer = nil
	select {
	case <-d.past:
		d.past = make(chan struct{})
	default:
		if !stopped { // the timer's function is running and will close the old channel
			d.past = make(chan struct{})
		}
	}
	if at.IsZero() {
		return
	}
	past := d.past
	left := time.Until(at)
	if left <= 0 {
		close(past)
		return
	}
	d.timer = time.AfterFunc(left, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		closeOnce(past)
	})
}

// wait returns the channel that closes at the current deadline. Call it again whenever a wait is resumed.
func (d *deadline) wait() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.past
}

// closeOnce closes c unless it is closed. The caller holds the deadline's lock.
func closeOnce(c chan struct{}) {
	select {
	case <-c:
	default:
		close(c)
	}
}
