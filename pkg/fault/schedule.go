package fault

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
)

// Schedule lists which fault is active from when to when, in order of their beginnings.
type Schedule []Window

// Window is the time of one fault.
type Window struct {
	Fault Fault
	From  time.Duration // since the start of the load
	To    time.Duration // later than From
}

// String returns the schedule as text, one window per line, in the syntax of [ParseSchedule]. A fault that
// schedules can't express is written as its request, in brackets.
func (s Schedule) String() string {
	var b strings.Builder
	for i, w := range s {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(w.String())
	}
	return b.String()
}

func (w Window) String() string {
	text, ok := spell(w.Fault)
	if !ok {
		text = "[" + w.Fault.Requested() + "]"
	}
	return fmt.Sprintf("%s@%v..%v", text, w.From, w.To)
}

// Once makes a fault active from one time to another.
func Once(f Fault, from, to time.Duration) (Schedule, error) {
	switch {
	case from < 0:
		return nil, fmt.Errorf("from %v: want 0 or more", from)
	case to <= from:
		return nil, fmt.Errorf("from %v to %v: want an end after the beginning", from, to)
	case to > maxSpan:
		return nil, fmt.Errorf("to %v: want at most %v", to, maxSpan)
	}
	return Schedule{{f, from, to}}, nil
}

const (
	maxSpan    = 14 * 24 * time.Hour // as long as any retry policy or retention of a queue
	maxWindows = 10_000              // of one repeated fault: more is a mistake
)

// periodic makes a fault active for length in every period.
func periodic(f Fault, from, to, period, length time.Duration) (Schedule, error) {
	if _, err := Once(f, from, to); err != nil {
		return nil, err
	}
	switch {
	case length <= 0 || period <= length:
		return nil, fmt.Errorf("every %v for %v: want a length of more than 0 and less than the period", period, length)
	case (to-from)/period >= maxWindows:
		return nil, fmt.Errorf("every %v from %v to %v: want at most %d windows", period, from, to, maxWindows)
	}
	var s Schedule
	for at := from; ; at += period {
		s = append(s, Window{f, at, at + min(length, to-at)})
		if to-at <= period {
			return s, nil
		}
	}
}

// staged makes faults active one after the other, each for an equal part of the time.
func staged(from, to time.Duration, stages ...Fault) (Schedule, error) {
	if len(stages) == 0 {
		return nil, errors.New("staged: no stage")
	}
	if _, err := Once(stages[0], from, to); err != nil {
		return nil, err
	}
	n := time.Duration(len(stages))
	if (to-from)/n <= 0 {
		return nil, fmt.Errorf("%d stages from %v to %v: too little time", n, from, to)
	}
	var s Schedule
	for i, f := range stages {
		i := time.Duration(i)
		s = append(s, Window{f, from + (to-from)*i/n, from + (to-from)*(i+1)/n})
	}
	return s, nil
}

// random makes a fault active n times for length. Each n-th part of the time has one, at a place drawn from
// the seed.
func random(f Fault, from, to time.Duration, n int, length time.Duration, seed uint64) (Schedule, error) {
	if _, err := Once(f, from, to); err != nil {
		return nil, err
	}
	if n < 1 || n > maxWindows {
		return nil, fmt.Errorf("random %d times: want 1 to %d", n, maxWindows)
	}
	slot := (to - from) / time.Duration(n)
	if length <= 0 || length > slot {
		return nil, fmt.Errorf("random %d times for %v from %v to %v: want a length of more than 0, at most %v", n, length,
			from, to, slot)
	}
	var s Schedule
	for i := range n {
		room := slot - length
		offset := time.Duration(chance.Share(seed, uint64(i)) * float64(room)).Truncate(time.Millisecond)
		at := from + time.Duration(i)*slot + offset
		s = append(s, Window{f, at, at + length})
	}
	return s, nil
}

// Join merges schedules.
func Join(schedules ...Schedule) Schedule {
	all := slices.Concat(schedules...)
	slices.SortStableFunc(all, func(a, b Window) int { return cmp.Compare(a.From, b.From) })
	return all
}
