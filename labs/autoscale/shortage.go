package autoscale

import (
	"errors"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/part"
)

// tick is the step of all sums over time.
const tick = 5 * time.Millisecond

// level is a number that changes.
type level []change

type change struct {
	at time.Duration
	n  int64
}

// of returns the number at an instant.
func (l level) of(at time.Duration) (n int64) {
	for _, c := range l {
		if c.at > at {
			break
		}
		n = c.n
	}
	return n
}

// shortage is what a history tells of the first time on which less was served than was asked for.
type shortage struct {
	window   history.Window
	asked    float64 // requests a second, retries not counted: λ
	normally float64 // the same outside the fault
	serving  level   // instances
	pooled   level   // instances in the warm pool
	inHand   level   // requests that instances have
	limit    int64   // of them in one instance
}

// capacity returns how many requests a second so many instances can do, c.
func capacity(instances int64) float64 { return float64(instances) / work.Seconds() }

// shortageOf fails where there is none.
func shortageOf(v *invariant.View) (s shortage, err error) {
	now := int64(0)
	for e := range v.Effects(part.FleetServing, part.FleetPooled, bounded, accepted, finished) {
		switch e.Name {
		case bounded:
			s.limit = e.N
		case part.FleetServing:
			s.serving = append(s.serving, change{e.At, e.N})
		case part.FleetPooled:
			s.pooled = append(s.pooled, change{e.At, e.N})
		case accepted:
			now++
			s.inHand = append(s.inHand, change{e.At, now})
		default:
			now--
			s.inHand = append(s.inHand, change{e.At, now})
		}
	}
	if !v.Faulty {
		return s, errors.New("no fault")
	}
	rate := func(w history.Window) float64 {
		return float64(len(v.Ops("").In(w))) / (w.To - w.From).Seconds()
	}
	s.asked, s.normally = rate(v.During()), rate(v.Before())
	short := func(at time.Duration) bool { return capacity(s.serving.of(at)) < s.asked }
	s.window = v.During()
	for s.window.From < s.window.To && !short(s.window.From) {
		s.window.From += tick
	}
	for at := s.window.From; at < s.window.To; at += tick {
		if !short(at) {
			s.window.To = at
		}
	}
	if s.window.From >= s.window.To {
		return s, errors.New("capacity is never short")
	}
	return s, nil
}

func (s shortage) length() float64 { return (s.window.To - s.window.From).Seconds() }

// could returns how many requests the instances could do meanwhile.
func (s shortage) could() (sum float64) {
	for at := s.window.From; at < s.window.To; at += tick {
		sum += capacity(s.serving.of(at)) * tick.Seconds()
	}
	return sum
}

// flow moves the requests in hand on by a tick, as a fluid: what comes in at that rate, less what the instances do,
// each of which has something to do if there is enough, and no more than its limit.
func (s shortage) flow(inHand, rate float64, at time.Duration) float64 {
	n := s.serving.of(at)
	inHand += (rate - capacity(1)*min(inHand, float64(n))) * tick.Seconds()
	return min(inHand, float64(n*s.limit))
}

// grown returns the requests in hand at the end of the shortage where so many a second come.
func (s shortage) grown(rate float64) float64 {
	inHand := s.normally * work.Seconds()
	for at := s.window.From; at < s.window.To; at += tick {
		inHand = s.flow(inHand, rate, at)
	}
	return inHand
}

// rate returns how many requests a second come at an instant.
func (s shortage) rate(v *invariant.View, at time.Duration) float64 {
	if v.Fault.Contains(at) {
		return s.asked
	}
	return s.normally
}

// drained returns how many seconds a backlog takes if so many more requests a second come.
func (s shortage) drained(v *invariant.View, inHand, more float64) float64 {
	at := s.window.To
	for ; inHand > float64(s.serving.of(at)) && at < 2*v.Load.To; at += tick {
		inHand = s.flow(inHand, s.rate(v, at)+more, at)
	}
	return (at - s.window.To).Seconds()
}
