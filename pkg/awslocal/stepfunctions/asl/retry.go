package asl

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// matches tells whether an error is one of those that a retrier or catcher names. States.ALL and States.TaskFailed are
// wildcards, States.Timeout stands for a missed heartbeat, too. Nothing handles States.Runtime: the execution fails.
func matches(names []string, name string) bool {
	return name != ErrRuntime && slices.ContainsFunc(names, func(wanted string) bool {
		switch wanted {
		case name:
			return true
		case ErrAll:
			return name != ErrDataLimitExceeded
		case ErrTaskFailed:
			return name != ErrTimeout && name != ErrHeartbeatTimeout && name != ErrDataLimitExceeded
		case ErrTimeout:
			return name == ErrHeartbeatTimeout
		}
		return false
	})
}

// Delay returns how long to wait before a retry, the attempt'th of this retrier (from 1): the interval, multiplied by
// BackoffRate for each earlier one, at most MaxDelay. With full jitter it is a random part of that; a nil source makes
// it the same part each time.
func (r Retrier) Delay(attempt int, random rand.Source) time.Duration {
	longest := r.MaxDelay
	if longest == 0 {
		longest = maxSeconds * time.Second
	}
	delay := longest
	if f := float64(r.Interval) * math.Pow(r.BackoffRate, float64(attempt-1)); f < float64(longest) {
		delay = time.Duration(f)
	}
	if r.FullJitter {
		delay = time.Duration(rand.New(numbers(random)).Int64N(int64(delay) + 1))
	}
	return delay
}

// Retrying returns which retrier of the state handles an error and how long to wait before the next attempt. Attempts
// has as many elements as Retry: how often each has retried since the state was entered. The caller adds one to
// attempts[index]. It is false if no retrier matches or the first that does is used up.
func (s *State) Retrying(name string, attempts []int, random rand.Source) (index int, delay time.Duration, ok bool) {
	for i, r := range s.Retry {
		if matches(r.ErrorEquals, name) {
			if attempts[i] >= r.MaxAttempts {
				return 0, 0, false
			}
			return i, r.Delay(attempts[i]+1, random), true
		}
	}
	return 0, 0, false
}

// Catching returns the catcher that handles an error, or nil.
func (s *State) Catching(name string) *Catcher {
	for i := range s.Catch {
		if matches(s.Catch[i].ErrorEquals, name) {
			return &s.Catch[i]
		}
	}
	return nil
}
