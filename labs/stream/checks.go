package stream

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// lag holds if the consumers catch up: once nothing arrives any more, no shard has records after its
// checkpoint.
var lag = invariant.Invariant{
	Name:  catchUp,
	Claim: "consumers that fell behind catch up",
	Check: func(v *invariant.View) invariant.Finding {
		most, last := lags(v)
		if len(last) == 0 || !history.Marked(v.History, history.Drained) {
			return invariant.Undecided("the lag was not followed to the end")
		}
		left := int64(0)
		for _, e := range last {
			left += e.N
		}
		worst := slices.MaxFunc(most, func(a, b *history.Event) int { return int(a.N - b.N) })
		return invariant.Found(left == 0, "at most %d records behind, on %s at %.1f s; %d in the end", worst.N, worst.Key, worst.At.Seconds(), left)
	},
}

// lags returns each shard's greatest and last lag, in the order in which the shards appear.
func lags(v *invariant.View) (most, last []*history.Event) {
	for e := range v.Effects(behind) {
		n := slices.IndexFunc(last, func(l *history.Event) bool { return l.Key == e.Key })
		if n < 0 {
			most, last = append(most, e), append(last, e)
			continue
		}
		last[n] = e
		if e.N > most[n].N {
			most[n] = e
		}
	}
	return most, last
}

// growthWithin is the tolerance of lagGrowth: keys are spread over the shards by a hash, not evenly.
const growthWithin = 0.35

// lagGrowth holds if a blocked shard's lag is what queueing theory says: (arrivals − service) × time,
// with no service from the shard's first poisoned record on. What is blocked is its whole batch, so
// that up to a batch a shard may wait beyond that.
var lagGrowth = invariant.Predicted(growth,
	"a blocked shard's lag is the arrival rate × the time since it blocked, within "+unit.Share(growthWithin),
	invariant.Prediction{
		What: "records behind in the end",
		Measure: func(v *invariant.View) (invariant.Number, error) {
			blocked, got := blockedAt(v), 0.0
			_, last := lags(v)
			for _, e := range last {
				if _, ok := blocked[e.Key]; ok {
					got += float64(e.N)
				}
			}
			return invariant.Number{Value: got, From: unit.Many(len(blocked), "shard") + " blocked"}, nil
		},
		Theory: predictLag,
	})

func predictLag(v *invariant.View) (invariant.Theory, error) {
	arrived := v.Ops("").Where(func(o *history.Operation) bool { return o.Outcome() != history.Failed })
	blocked, waited := blockedAt(v), 0.0
	_, last := lags(v)
	for _, e := range last {
		if at, ok := blocked[e.Key]; ok {
			waited += (arrived[len(arrived)-1].Invoke.At - at).Seconds()
		}
	}
	if waited == 0 {
		return invariant.Theory{}, errors.New("no shard met a poisoned record, or nobody looked at the lag")
	}
	rate := arrived.Rate() / float64(len(last))
	return invariant.Theory{
		Number:    invariant.Number{Value: rate * waited, From: fmt.Sprintf("%.1f/s a shard × %.1f s", rate, waited)},
		Less:      growthWithin * rate * waited,
		More:      growthWithin*rate*waited + float64(maxBatch*len(blocked)),
		Tolerance: "± " + unit.Share(growthWithin) + " and the batch",
	}, nil
}

// blockedAt returns when the record that blocks each shard arrived, its first poisoned one: all that
// arrived after it waits. When a consumer came to try it does not matter.
func blockedAt(v *invariant.View) map[string]time.Duration {
	at := map[string]time.Duration{}
	for e := range v.Effects(received) {
		o := v.Op(e)
		if _, met := at[e.Key]; !met && o != nil && o.Invoke.Value == "poison" {
			at[e.Key] = o.Invoke.At
		}
	}
	return at
}

// crashWindow holds if a crash repeats or loses exactly the records that it caught between effect and
// checkpoint, no more: deliveries beyond the first, and accepted movements that left no trace.
var crashWindow = invariant.Predicted(window,
	"a crash repeats or loses what lay between effect and checkpoint, and nothing else",
	invariant.Prediction{
		What: "records",
		Measure: func(v *invariant.View) (invariant.Number, error) {
			repeated, lost := 0, 0
			for _, n := range v.Caused(received, "") {
				repeated += n - 1
			}
			traced := map[*history.Operation]bool{}
			for e := range v.Effects(done, parked, inFlight) {
				traced[v.Op(e)] = true
			}
			for _, o := range v.Ops("").Served() {
				if !traced[o] {
					lost++
				}
			}
			return invariant.Number{Value: float64(repeated + lost), From: fmt.Sprintf("%d repeated + %d lost", repeated, lost)}, nil
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			caught, crashes := 0, 0
			for e := range v.Effects(exposed) {
				caught += int(e.N)
				crashes++
			}
			if crashes == 0 {
				return invariant.Theory{}, errors.New("nobody crashed")
			}
			return invariant.Theory{Number: invariant.Number{Value: float64(caught), From: "the batch caught"}}, nil
		},
	})

// bisections holds if bisecting finds a poisoned record in ⌈log₂ batch⌉ tries more than it takes to park it.
var bisections = invariant.Predicted(bisected,
	"a record is tried at most ⌈log₂ of a batch⌉ times more than it takes to park it",
	invariant.Prediction{
		What: "tries of one record, most",
		Measure: func(v *invariant.View) (invariant.Number, error) {
			most := 0
			for _, n := range v.Caused(received, "") {
				most = max(most, n)
			}
			if most == 0 {
				return invariant.Number{}, errors.New("nothing was received")
			}
			return invariant.Number{Value: float64(most)}, nil
		},
		Theory: invariant.Constant(invariant.AtMost(invariant.Number{
			Value: float64(bits.Len(maxBatch-1) + tries),
			From:  fmt.Sprintf("⌈log₂ %d⌉ + %d", maxBatch, tries),
		})),
	})
