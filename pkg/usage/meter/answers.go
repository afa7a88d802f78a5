package meter

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/crashlab/crashlab/pkg/usage"
)

// longest is more than any client waits for an answer.
const longest = time.Minute

// stopwatch times how long services take to answer. The zero value is off.
type stopwatch struct {
	mu    sync.Mutex
	waits map[*wait]struct{}                 // for pending calls, even while it is off
	times map[string]*hdrhistogram.Histogram // by service, in microseconds; nil while it is off
}

// wait is a call that a service has not answered yet.
type wait struct {
	service string
	since   time.Time
}

// begin begins a wait for an answer. It returns nil, which end ignores, for a call that takes long by
// request.
func (s *stopwatch) begin(service string, asAsked bool) *wait {
	if asAsked {
		return nil
	}
	w := &wait{service, time.Now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waits == nil {
		s.waits = map[*wait]struct{}{}
	}
	s.waits[w] = struct{}{}
	return w
}

// end ends a wait. A call that timed out counts with the time waited. Any other failure says nothing about
// how long an answer takes, and does not count.
func (s *stopwatch) end(w *wait, err error) {
	if w == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waits, w)
	if err == nil || gaveUp(err) {
		s.record(w)
	}
}

func gaveUp(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.As(err, &timeout) &&
		timeout.Timeout()
}

func (s *stopwatch) record(w *wait) {
	if s.times == nil {
		return
	}
	if s.times[w.service] == nil {
		s.times[w.service] = hdrhistogram.New(1, longest.Microseconds(), 2)
	}
	_ = s.times[w.service].RecordValue(min(time.Since(w.since), longest).Microseconds()) // it is in range
}

// StartTiming times the answers that come from now on.
func (m *Meter) StartTiming() {
	s := &m.stopwatch
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times = map[string]*hdrhistogram.Histogram{}
}

// StopTiming ends StartTiming, and returns how long answers took, by service. Pending calls count with the
// time waited so far. It returns nil if timing was not on.
func (m *Meter) StopTiming() map[string]usage.Answers {
	s := &m.stopwatch
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.times == nil {
		return nil
	}
	for w := range s.waits {
		s.record(w)
	}
	answers := map[string]usage.Answers{}
	for service, h := range s.times {
		answers[service] = usage.Answers{
			Calls: h.TotalCount(),
			P50:   float64(h.ValueAtQuantile(50)) / 1000,
			Limit: float64(usage.Patience(service).Milliseconds()),
		}
	}
	s.times = nil
	return answers
}
