package stream

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// What became of a movement, as the consumers tell it while it happens, and as the audit finds it in the end.
var (
	believed = invariant.Flow{Operation: "movement", Done: applied}
	proven   = invariant.Flow{Operation: "movement", Done: done}

	progress     = invariant.Progress(believed)
	maxReceives  = invariant.MaxReceives(proven, tries)
	conservation = invariant.Conservation(proven)
	exactlyOnce  = invariant.ExactlyOnce(proven)
	amounts      = invariant.Amounts(proven, balance)
	order        = invariant.Order(invariant.Sequence{Operation: "movement", Effect: done})
)

// behind returns how many records lie after their shard's checkpoint in the end.
func behind(v *invariant.View) (invariant.Number, error) {
	if !v.Complete {
		return invariant.Number{}, errors.New("the lag was not followed to the end")
	}
	return invariant.Counted(slices.Collect(v.Effects(inFlight))), nil
}

// lag holds if the consumers catch up once nothing arrives any more.
var lag = invariant.Predicted("lag", "consumers that fell behind catch up", invariant.Prediction{
	What: "records behind in the end", Theory: invariant.Constant(invariant.Theory{}), Measure: behind,
})

const growthWithin = 0.35 // lagGrowth's tolerance: keys are spread over the shards by a hash, not evenly

// lagGrowth holds if a blocked shard's lag is what queueing theory says: (arrivals − service) × time, with no service
// from the shard's first poisoned record on. All of that record's batch is blocked, which adds up to a batch a shard.
var lagGrowth = invariant.Predicted("lag-growth",
	"a blocked shard's lag is the arrival rate × the time since it blocked, within "+unit.Share(growthWithin),
	invariant.Prediction{
		What:    "records behind in the end",
		Measure: behind, // all of them in blocked shards: the others have caught up
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			blocked, waited := map[string]bool{}, 0.0 // since the record arrived, not since a consumer came to try it
			for e := range v.Effects(received) {
				if o := v.Op(e); o != nil && o.Invoke.Value == string(fault.Poisoned) && !blocked[e.Key] {
					blocked[e.Key] = true
					waited += (v.Load.To - o.Invoke.At).Seconds()
				}
			}
			if waited == 0 {
				return invariant.Theory{}, errors.New("no shard met a poisoned record")
			}
			rate := v.Ops("").Served().Rate() / shards
			from := fmt.Sprintf("%s, %.1f s together, × %.1f/s", unit.Many(len(blocked), "shard"), waited, rate)
			t := invariant.Near(invariant.Number{Value: rate * waited, From: from}, growthWithin)
			t.More += float64(maxBatch * len(blocked))
			t.Tolerance += " and the batch"
			return t, nil
		},
	})

// crashWindow holds if a crash repeats or loses exactly the records that it caught between effect and checkpoint:
// deliveries beyond the first, and accepted movements that left no trace.
var crashWindow = invariant.Predicted("crash-window",
	"a crash repeats or loses what lay between effect and checkpoint, and nothing else",
	invariant.Prediction{
		What: "records",
		Measure: func(v *invariant.View) (invariant.Number, error) {
			repeated := len(slices.Collect(v.Effects(received))) - len(v.Caused(received, ""))
			traced := map[*history.Operation]bool{}
			for e := range v.Effects(done, parked, inFlight) {
				traced[v.Op(e)] = true
			}
			lost := len(v.Ops("").Served().Where(func(o *history.Operation) bool { return !traced[o] }))
			from := fmt.Sprintf("%d repeated + %d lost", repeated, lost)
			return invariant.Number{Value: float64(repeated + lost), From: from}, nil
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			caught, err := invariant.Number{From: "the batch caught"}, errors.New("nobody crashed")
			for e := range v.Effects(exposed) {
				caught.Value, err = caught.Value+float64(e.N), nil
			}
			return invariant.Theory{Number: caught}, err
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
