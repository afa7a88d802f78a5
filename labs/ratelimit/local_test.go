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
			all[n] = localLog(limit / instances)
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
