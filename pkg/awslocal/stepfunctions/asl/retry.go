package asl

import (
	"math/rand/v2"
	"time"
)

// Delay returns how long to wait before a retry, the attempt'th of this retrier (from 1).
func (r Retrier) Delay(attempt int, random rand.Source) time.Duration { return r.Interval }

// Retrying returns which retrier of the state handles an error and how long to wait before the next attempt. Attempts
// has as many elements as Retry: how often each has retried since the state was entered. The caller adds one to
// attempts[index]. It is false if no retrier matches or the first that does is used up.
func (s *State) Retrying(name string, attempts []int, random rand.Source) (index int, delay time.Duration, ok bool) {
	return 0, 0, false
}

// Catching returns the catcher that handles an error, or nil.
func (s *State) Catching(name string) *Catcher { return nil }
