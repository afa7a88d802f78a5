package sqs

import (
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/dedup"
)

// attempt is the result of a receive with a ReceiveRequestAttemptId. A consumer that lost the answer asks
// again with the same ID and gets the same messages, although they are in flight.
type attempt struct {
	at       time.Time
	messages []*message
	receives []int       // of each message, at that time
	due      []time.Time // of each message, at that time
}

func (f *fifoState) note(id string, got []*message, now time.Time) {
	for old, a := range f.attempts {
		if now.Sub(a.at) >= dedup.Interval {
			delete(f.attempts, old)
		}
	}
	if len(got) == 0 {
		return
	}
	a := attempt{at: now, messages: got}
	for _, m := range got {
		a.receives = append(a.receives, m.receives)
		a.due = append(a.due, m.due)
	}
	f.attempts[id] = a
}

// repeat returns the attempt's messages if none was deleted, received again, or had its
// visibility changed since, and the attempt is less than five minutes old.
func (f *fifoState) repeat(id string, now time.Time) []*message {
	a, ok := f.attempts[id]
	if !ok || now.Sub(a.at) >= dedup.Interval {
		return nil
	}
	for i, m := range a.messages {
		if m.state != inFlight || m.receives != a.receives[i] || !m.due.Equal(a.due[i]) {
			return nil
		}
	}
	return a.messages
}
