package stream

import (
	"errors"
	"fmt"
	"math/bits"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// What became of a movement, as the consumers tell it while it happens, and as the audit finds it in the end.
var (
	believed = invariant.Flow{Operation: "movement", Done: applied}
	proven   = invariant.Flow{Operation: "movement", Done: done}
)

var (
	progress     = invariant.Progress(believed)
	maxReceives  = invariant.MaxReceives(proven, tries)
	conservation = invariant.Conservation(proven)
	exactlyOnce  = invariant.ExactlyOnce(proven)
	order        = invariant.Order(invariant.Sequence{Operation: "movement", Effect: done})
)

// lag holds if the consumers catch up: once nothing arrives any more, no record lies after its shard's
// checkpoint.
var lag = invariant.Invariant{Name: "lag", Claim: "consumers that fell behind catch up", Check: func(v *invariant.View) invariant.Finding {
	if !history.Marked(v.History, history.Drained) {
		return invariant.Undecided("the lag was not followed to the end")
	}
	left := 0
	for range v.Effects(inFlight) {
		left++
	}
	return invariant.Found(left == 0, "%s behind in the end", unit.Many(left, "record"))
}}

// growthWithin is the tolerance of lagGrowth: keys are spread over the shards by a hash, not evenly.
const growthWithin = 0.35

// lagGrowth holds if a blocked shard's lag is what queueing theory says: (arrivals − service) × time, with no
// service from the shard's first poisoned record on. What is blocked is its whole batch, so that up to a batch
// a shard may wait beyond that.
var lagGrowth = invariant.Predicted("lag-growth",
	"a blocked shard's lag is the arrival rate × the time since it blocked, within "+unit.Share(growthWithin),
	invariant.Prediction{
		What: "records behind in the end",
		Measure: func(v *invariant.View) (invariant.Number, error) {
			behind := 0 // all of it in blocked shards: the others have caught up
			for range v.Effects(inFlight) {
				behind++
			}
			return invariant.Number{Value: float64(behind), From: unit.Many(len(blockedAt(v)), "shard") + " blocked"}, nil
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			arrived := v.Ops("").Where(func(o *history.Operation) bool { return o.Outcome() != history.Failed })
			blocked, waited := blockedAt(v), 0.0
			for _, at := range blocked {
				waited += (arrived[len(arrived)-1].Invoke.At - at).Seconds()
			}
			if waited == 0 {
				return invariant.Theory{}, errors.New("no shard met a poisoned record")
			}
			rate := arrived.Rate() / shards
			t := invariant.Near(invariant.Number{Value: rate * waited, From: fmt.Sprintf("%.1f/s a shard × %.1f s", rate, waited)}, growthWithin)
			t.More += float64(maxBatch * len(blocked))
			t.Tolerance += " and the batch"
			return t, nil
		},
	})

// blockedAt returns when the record that blocks each shard arrived, its first poisoned one: all that arrived
// after it waits. It does not matter when a consumer came to try it.
func blockedAt(v *invariant.View) map[string]time.Duration {
	at := map[string]time.Duration{}
	for e := range v.Effects(received) {
		o := v.Op(e)
		if _, met := at[e.Key]; !met && o != nil && o.Invoke.Value == string(fault.Poisoned) {
			at[e.Key] = o.Invoke.At
		}
	}
	return at
}

// crashWindow holds if a crash repeats or loses exactly the records that it caught between effect and
// checkpoint: deliveries beyond the first, and accepted movements that left no trace.
var crashWindow = invariant.Predicted("crash-window",
	"a crash repeats or loses what lay between effect and checkpoint, and nothing else",
	invariant.Prediction{
		What: "records",
		Measure: func(v *invariant.View) (invariant.Number, error) {
			repeated, traced := 0, map[*history.Operation]bool{}
			for _, n := range v.Caused(received, "") {
				repeated += n - 1
			}
			for e := range v.Effects(done, parked, inFlight) {
				traced[v.Op(e)] = true
			}
			lost := len(v.Ops("").Served().Where(func(o *history.Operation) bool { return !traced[o] }))
			return invariant.Number{Value: float64(repeated + lost), From: fmt.Sprintf("%d repeated + %d lost", repeated, lost)}, nil
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			caught, err := 0, errors.New("nobody crashed")
			for e := range v.Effects(exposed) {
				caught, err = caught+int(e.N), nil
			}
			return invariant.Theory{Number: invariant.Number{Value: float64(caught), From: "the batch caught"}}, err
		},
	})

// bisections holds if bisecting finds a poisoned record in ⌈log₂ batch⌉ tries more than it takes to park it.
var bisections = invariant.Predicted("bisections",
	"a record is tried at most ⌈log₂ of a batch⌉ times more than it takes to park it",
	invariant.Prediction{
		What: "tries of one record, most",
		Measure: func(v *invariant.View) (most invariant.Number, err error) {
			err = errors.New("nothing was received")
			for _, n := range v.Caused(received, "") {
				most.Value, err = max(most.Value, float64(n)), nil
			}
			return most, err
		},
		Theory: invariant.Constant(invariant.AtMost(invariant.Number{
			Value: float64(bits.Len(maxBatch-1) + tries),
			From:  fmt.Sprintf("⌈log₂ %d⌉ + %d", maxBatch, tries),
		})),
	})
