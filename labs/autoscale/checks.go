package autoscale

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	everything = invariant.Filter{}
	// A retry budget lets a tenth more through, and what it has saved up.
	amplification = invariant.LoadAmplification(everything, tried, "", 1+retryShare, retryBurst)
	recovery      = invariant.Recovery(everything, 0.9, time.Second)
)

const (
	share  = 0.9 // of the capacity that is to be of use while it is short
	fewest = 50  // requests that it takes to speak of a share
	few    = 10  // operations after the fault that it takes to speak of their tries
)

// scaleOut compares how long capacity is short with what it takes to see it and to start instances: the metric of the
// period in which it begins shows a part of it, that of the next all of it, and of one more in which fewer come by
// chance than are enough to show it.
var scaleOut = invariant.Predicted("scale-out", "capacity follows what is asked for within 3 periods and a start",
	invariant.Prediction{
		What: "short for", Unit: " s",
		Measure: func(v *invariant.View) (n invariant.Number, err error) {
			s, err := shortageOf(v)
			return invariant.Number{Value: s.length()}, err
		},
		Theory: func(v *invariant.View) (t invariant.Theory, err error) {
			s, err := shortageOf(v)
			began := s.window.From
			lacking := math.Ceil(s.asked*work.Seconds()) - float64(s.serving.of(began))
			start := boot
			if float64(s.pooled.of(began)) >= lacking {
				start = wake
			}
			from := fmt.Sprintf("3 × %s + %s", unit.Duration(period), unit.Duration(start))
			return invariant.AtMost(invariant.Number{Value: (3*period + start).Seconds(), From: from}), err
		},
	})

// peak compares the backlog with what piles up by theory: λ−c requests a second for as long as it takes to have
// instances. It grows to no more than the instances' limits. Retries are not in the theory: a backlog that has them in
// it is larger.
var peak = invariant.Predicted("backlog-peak", "until there are instances a backlog of (λ−c)·T piles up",
	invariant.Prediction{
		What: "requests in hand at most while capacity is short",
		Measure: func(v *invariant.View) (n invariant.Number, err error) {
			s, err := shortageOf(v)
			for _, c := range s.inHand {
				if s.window.Contains(c.at) {
					n.Value = max(n.Value, float64(c.n))
				}
			}
			return n, err
		},
		Theory: func(v *invariant.View) (t invariant.Theory, err error) {
			s, err := shortageOf(v)
			if err != nil {
				return t, err
			}
			// The arrivals of a Poisson process in T deviate by √(λ·T).
			spread, value := 3*math.Sqrt(s.asked*s.length()), s.grown(s.asked)
			room := float64(s.limit * s.serving.of(s.window.To-tick))
			from := fmt.Sprintf("%.1f + (%.1f/s − %.1f/s) × %.2f s, at most %d an instance", s.normally*work.Seconds(),
				s.asked, s.could()/s.length(), s.length(), s.limit)
			return invariant.Theory{
				Number: invariant.Number{Value: value, From: from},
				Less:   value - s.grown(s.asked-spread/s.length()) + 1, More: min(spread, max(0, room-value)) + 1,
				Tolerance: "± 3 √(λ·T) and one request",
			}, nil
		},
	})

// drain compares how long the backlog takes to be worked off with backlog ÷ (c′−λ), c′ being the capacity from then on.
// An instance's own queue takes as long as it takes, however many others have nothing to do.
var drain = invariant.Predicted("drain-time", "once there are instances a backlog B takes B ÷ (c′−λ) to drain",
	invariant.Prediction{
		What: "drained after", Unit: " s",
		Measure: func(v *invariant.View) (n invariant.Number, err error) {
			s, err := shortageOf(v)
			if err != nil {
				return n, err
			}
			for at := s.window.To; at < v.Load.To; at += tick {
				if s.inHand.of(at) <= s.serving.of(at) {
					return invariant.Number{Value: (at - s.window.To).Seconds()}, nil
				}
			}
			return n, fmt.Errorf("it has not drained when the load ends, %s later", unit.Duration(v.Load.To-s.window.To))
		},
		Theory: func(v *invariant.View) (t invariant.Theory, err error) {
			s, err := shortageOf(v)
			if err != nil {
				return t, err
			}
			before := s.serving.of(s.window.To - tick)
			backlog := float64(s.inHand.of(s.window.To))
			longest := math.Ceil(backlog/float64(before)) * work.Seconds()
			mean := s.drained(v, backlog, 0)
			most := s.drained(v, backlog, 3*math.Sqrt(s.asked/max(mean, period.Seconds())))
			from := fmt.Sprintf("%.0f ÷ (%.1f/s − %.1f/s), %.2f s at an instance", backlog,
				capacity(s.serving.of(s.window.To+period)), s.rate(v, s.window.To), longest)
			return invariant.Theory{
				Number: invariant.Number{Value: max(mean, longest), From: from},
				Less:   math.Inf(1), More: max(0, most-max(mean, longest)), Tolerance: "or less, + 3 √(λ·t) arrivals",
			}, nil
		},
	})

// goodput holds if capacity is of use while it is short: what is done is done for clients that still wait.
var goodput = invariant.Invariant{
	Name:  "goodput",
	Claim: fmt.Sprintf("while capacity is short, %s of it serves clients that still wait", unit.Share(share)),
	Check: func(v *invariant.View) invariant.Finding {
		s, err := shortageOf(v)
		if err != nil {
			return invariant.Undecided("%v", err)
		}
		could := s.could()
		if could < fewest {
			return invariant.Undecided("capacity is short for %.1f s, in which %.0f requests can be served; it takes %d",
				s.length(), could, fewest)
		}
		served := len(v.Ops("").Served().Where(func(o *history.Operation) bool { return s.window.Contains(o.End.At) }))
		return invariant.Found(float64(served) >= share*could,
			"%d served in %.2f s, of %.0f that could be = %.2f c; at least %.1f c of %.1f/s", served, s.length(), could,
			float64(served)/could, share, could/s.length())
	},
}

// metastable holds if clients ask for less than there is capacity for once the fault is over. A tier that is asked for
// more stays down by its own retries.
var metastable = invariant.Predicted("metastable", "once the fault is over r·λ is less than the capacity",
	invariant.Prediction{
		What: "tries a second after the fault",
		Measure: func(v *invariant.View) (n invariant.Number, err error) {
			after := v.Ops("").In(v.After())
			if len(after) < few {
				return n, errors.New("too few operations come after it, or there is none")
			}
			w := history.Window{From: v.Fault.To, To: after[len(after)-1].Invoke.At}
			seconds := (w.To - w.From).Seconds()
			for e := range v.Effects(tried) {
				if w.Contains(e.At) {
					n.Value++
				}
			}
			n.From = fmt.Sprintf("%.1f × %.1f/s", n.Value/float64(len(after)), float64(len(after))/seconds)
			n.Value /= seconds
			return n, nil
		},
		Theory: func(v *invariant.View) (t invariant.Theory, err error) {
			s, _ := shortageOf(v)
			n := s.serving.of(v.Fault.To)
			from := fmt.Sprintf("%d ÷ %.3f s", n, work.Seconds())
			return invariant.AtMost(invariant.Number{Value: capacity(n), From: from}), nil
		},
	})
