package asl

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestRetriersWaitLonger(t *testing.T) {
	for _, tc := range []struct {
		retrier Retrier
		want    []time.Duration
	}{
		{Retrier{Interval: 3 * time.Second, BackoffRate: 2}, seconds64(3, 6, 12, 24)},
		{Retrier{Interval: 3 * time.Second, BackoffRate: 2, MaxDelay: 10 * time.Second}, seconds64(3, 6, 10, 10)},
		{Retrier{Interval: time.Second, BackoffRate: 1}, seconds64(1, 1, 1)},
		{Retrier{Interval: 2 * time.Second, BackoffRate: 1.5}, seconds64(2, 3, 4.5)},
	} {
		for i, want := range tc.want {
			if got := tc.retrier.Delay(i+1, nil); got != want {
				t.Errorf("%+v: %v before retry %d, want %v", tc.retrier, got, i+1, want)
			}
		}
	}
	if got := (Retrier{Interval: time.Second, BackoffRate: 1e300}).Delay(9999, nil); got != maxSeconds*time.Second {
		t.Errorf("the longest delay is %v", got)
	}
}

func seconds64(values ...float64) []time.Duration {
	var all []time.Duration
	for _, v := range values {
		all = append(all, time.Duration(v*float64(time.Second)))
	}
	return all
}

func TestFullJitterSpreadsOverTheDelay(t *testing.T) {
	r := Retrier{Interval: 8 * time.Second, BackoffRate: 2, FullJitter: true}
	random := rand.NewPCG(1, 2)
	var sum time.Duration
	const n = 1000
	for range n {
		d := r.Delay(2, random)
		if d < 0 || d > 16*time.Second {
			t.Fatalf("delay of %v", d)
		}
		sum += d
	}
	if mean := sum / n; mean < 7*time.Second || mean > 9*time.Second { // 8 s; the standard error is 0.15 s
		t.Errorf("mean delay is %v", mean)
	}
}

func TestErrorNamesMatch(t *testing.T) {
	for _, tc := range []struct {
		wanted, name string
		want         bool
	}{
		{"Mine", "Mine", true},
		{"Mine", "Other", false},
		{ErrAll, "Mine", true},
		{ErrAll, ErrTimeout, true},
		{ErrAll, ErrTaskFailed, true},
		{ErrAll, ErrDataLimitExceeded, false},
		{ErrAll, ErrRuntime, false},
		{ErrRuntime, ErrRuntime, false},
		{ErrDataLimitExceeded, ErrDataLimitExceeded, true},
		{ErrTaskFailed, "Lambda.Unknown", true},
		{ErrTaskFailed, ErrTaskFailed, true},
		{ErrTaskFailed, ErrTimeout, false},
		{ErrTaskFailed, ErrHeartbeatTimeout, false},
		{ErrTimeout, ErrHeartbeatTimeout, true},
		{ErrHeartbeatTimeout, ErrTimeout, false},
	} {
		if got := matches([]string{"None", tc.wanted}, tc.name); got != tc.want {
			t.Errorf("%s for %s: %t", tc.wanted, tc.name, got)
		}
	}
}

func TestRetriersCountForThemselves(t *testing.T) {
	s := &State{
		Retry: []Retrier{
			{ErrorEquals: []string{"A"}, Interval: time.Second, MaxAttempts: 1, BackoffRate: 2},
			{ErrorEquals: []string{ErrAll}, Interval: 5 * time.Second, MaxAttempts: 2, BackoffRate: 2},
		},
		Catch: []Catcher{{ErrorEquals: []string{"A"}, Next: "a"}, {ErrorEquals: []string{ErrAll}, Next: "b"}},
	}
	attempts := make([]int, 2)
	for _, step := range []struct {
		name  string
		index int
		delay time.Duration
		ok    bool
	}{
		{"A", 0, time.Second, true}, {"B", 1, 5 * time.Second, true}, {"A", 0, 0, false}, {"B", 1, 10 * time.Second, true},
		{"B", 0, 0, false}, {ErrRuntime, 0, 0, false},
	} {
		i, delay, ok := s.Retrying(step.name, attempts, nil)
		if i != step.index || delay != step.delay || ok != step.ok {
			t.Fatalf("%+v: %d, %v, %t", step, i, delay, ok)
		}
		if ok {
			attempts[i]++
		}
	}
	if c := s.Catching("A"); c == nil || c.Next != "a" {
		t.Errorf("A is caught by %+v", c)
	}
	if c := s.Catching("B"); c == nil || c.Next != "b" {
		t.Errorf("B is caught by %+v", c)
	}
	if c := s.Catching(ErrDataLimitExceeded); c != nil {
		t.Errorf("the data limit is caught by %+v", c)
	}
}
