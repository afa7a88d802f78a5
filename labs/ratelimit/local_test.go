package ratelimit

import (
	"testing"
	"testing/synctest"
	"time"
)

// The shares of all instances are the limit, and none of it is wasted.
func TestLocalLogsTogetherKeepTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all [instances]fallback
		for n := range all {
			all[n] = localLog(share)
		}
		var instants []time.Duration
		for range 3000 {
			for _, decide := range all {
				if d, _ := decide("tenant"); d.allowed {
					instants = append(instants, time.Duration(d.at.UnixNano()))
				}
			}
			time.Sleep(time.Millisecond)
		}
		if n := busiest(instants); n != limit {
			t.Errorf("%d pass in a window, want %d", n, limit)
		}
		if d, _ := all[0]("another"); !d.allowed {
			t.Error("what one tenant sends counts against another")
		}
	})
}

// What is refused does not count: who asks too often gets as much as the limit all the same.
func TestLocalLogsServeWhoAsksTooOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		decide, passed := localLog(limit), 0
		const windows, each = 5, 10 * limit
		for range windows * each {
			if d, _ := decide("tenant"); d.allowed {
				passed++
			}
			time.Sleep(window / each)
		}
		if passed != windows*limit {
			t.Errorf("%d pass in %d windows, want %d each", passed, windows, limit)
		}
	})
}
