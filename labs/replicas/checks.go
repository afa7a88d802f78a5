package replicas

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/database"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// A profile is its user's own: a read has to see what the same user was told is written.
var ownWrites = invariant.ReadYourWrites(invariant.Registers{Read: reading, Write: writing})

// written returns where in the log each write was committed, as the audit found; what is lost has no place.
func written(v *invariant.View) map[string]int64 {
	at := map[string]int64{}
	for e := range v.Effects(kept) {
		at[e.Op] = e.N
	}
	return at
}

// monotonic holds if no user's time runs backward.
var monotonic = invariant.Invariant{
	Name:   "monotonic-reads",
	Claim:  "a user who has read a write never reads an older one afterward",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		at, reads := written(v), v.Ops(reading).Served()
		if len(reads) == 0 {
			return invariant.Undecided("no %s was answered", reading)
		}
		var back invariant.Ops
		for n, later := range reads {
			for _, earlier := range reads[:n] {
				if earlier.Invoke.Key == later.Invoke.Key && earlier.End.At <= later.Invoke.At &&
					at[later.End.Value] < at[earlier.End.Value] {
					back = append(back, later)
					break
				}
			}
		}
		return invariant.Found(len(back) == 0, "%s, %d older than one before", unit.Many(len(reads), "read"), len(back)).
			Naming(back.IDs())
	},
}

// lost returns the acknowledged writes that the database does not have in the end.
func lost(v *invariant.View) invariant.Ops {
	have := v.Caused(kept, "")
	return v.Ops(writing).Served().Where(func(o *history.Operation) bool { return have[o] == 0 })
}

// durability holds if no failover loses what was acknowledged.
var durability = invariant.Invariant{
	Name:   "durability",
	Claim:  "an acknowledged write is in the database in the end",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		acked, gone := v.Ops(writing).Served(), lost(v)
		if len(acked) == 0 || len(written(v)) == 0 {
			return invariant.Undecided("%s, %d in the audit", unit.Many(len(acked), "acknowledged write"), len(written(v)))
		}
		return invariant.Found(len(gone) == 0, "%s, %d lost", unit.Many(len(acked), "acknowledged write"), len(gone)).
			Naming(gone.IDs())
	},
}

// alone returns the writes that were acknowledged while the primary alone had them.
func alone(v *invariant.View) invariant.Ops {
	second := map[string]time.Duration{}
	for e := range v.Effects(database.Applied) {
		if _, earlier := second[e.Op]; !earlier {
			second[e.Op] = e.At
		}
	}
	return v.Ops(writing).Served().Where(func(o *history.Operation) bool {
		at, ok := second[o.Invoke.Op]
		return !ok || at > o.End.At
	})
}

// replicated holds if no acknowledged write ever depends on one node.
var replicated = invariant.Invariant{
	Name:   "on-two-nodes",
	Claim:  "a write is acknowledged once a replica has applied it",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		acked, risky := v.Ops(writing).Served(), alone(v)
		if len(acked) == 0 {
			return invariant.Undecided("no %s was acknowledged", writing)
		}
		return invariant.Found(len(risky) == 0, "%s, %d while the primary alone had it",
			unit.Many(len(acked), "acknowledged write"), len(risky)).Naming(risky.IDs())
	},
}

// oneHistory holds if the acknowledged writes are one history, and not those of two primaries.
var oneHistory = invariant.Invariant{
	Name:   "one-history",
	Claim:  "no place in the log is given to two acknowledged writes",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		places, twice := map[int64]string{}, []string(nil)
		for e := range v.Effects(database.Committed) {
			if o := v.Op(e); o == nil || o.Outcome() != history.OK {
				continue
			}
			if _, taken := places[e.N]; taken {
				twice = append(twice, e.Op)
			}
			places[e.N] = e.Op
		}
		if len(places) == 0 {
			return invariant.Undecided("nothing was committed")
		}
		return invariant.Found(len(twice) == 0, "%s for acknowledged writes, %d given twice",
			unit.Many(len(places), "place"), len(twice)).Naming(twice)
	},
}

// steady is the time in which the replicas are as far behind as they will be.
func steady(v *invariant.View) history.Window {
	return history.Window{From: v.Fault.From + 2*lag, To: v.Fault.To}
}

// staleShare compares the share of stale reads with theory. Reads alternate between the replicas. The nearer one has
// every acknowledged write; the other lacks what was acknowledged less than lag ago. Writes to a key are a Poisson
// process of rate μ, so that one came within the lag with probability 1 − e^(−μ·lag).
var staleShare = invariant.Predicted("stale-share", "a blind read is stale as often as a write came within the lag",
	invariant.Prediction{
		What: "stale reads",
		Theory: func(v *invariant.View) (t invariant.Theory, err error) {
			reads := blindly(v)
			if len(reads) == 0 {
				return invariant.AtMost(invariant.Number{}), nil
			}
			mu := v.Ops(writing).Rate() / users(v)
			p := (1 - math.Exp(-mu*lag.Seconds())) / 2
			n := float64(len(reads))
			spread := 3 * math.Sqrt(n*p*(1-p))
			return invariant.Theory{
				Number: invariant.Number{Value: n * p, From: fmt.Sprintf("%.0f reads × ½·(1 − e^(−%.2g/s × %s))", n, mu,
					unit.Duration(lag))},
				Less: spread, More: spread, Tolerance: fmt.Sprintf("± 3·√(n·p·(1 − p)) = %.1f", spread),
			}, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			return invariant.Counted(blindly(v).Where(func(o *history.Operation) bool { return misses(v, o) })), nil
		},
	})

// blindly returns the answered reads at a replica whose place nobody asked about, while the replicas were behind.
func blindly(v *invariant.View) invariant.Ops {
	at := v.Caused(blind, "")
	return v.Ops(reading).Served().In(steady(v)).Where(func(o *history.Operation) bool {
		return at[o] > 0 && o.End.At < v.Fault.To
	})
}

func users(v *invariant.View) float64 {
	all := map[string]bool{}
	for _, o := range v.Ops("") {
		all[o.Invoke.Key] = true
	}
	return float64(len(all))
}

// misses reports whether a read lacks a write to its key that had been acknowledged before it.
func misses(v *invariant.View, read *history.Operation) bool {
	at := written(v)
	for _, w := range v.Ops(writing).Served() {
		if w.Invoke.Key == read.Invoke.Key && w.End.At < read.Invoke.At && at[read.End.Value] < at[w.Invoke.Op] {
			return true
		}
	}
	return false
}

// promoted returns when a replica became the primary.
func promoted(v *invariant.View) (at time.Duration, ok bool) {
	for e := range v.Effects(database.Promoted) {
		return e.At, true
	}
	return 0, false
}

// lossWindow compares the lost writes with those that the nearest replica could not have yet: λ a second, for the
// time that it is behind. Where no write is acknowledged while the primary alone has it, there are none.
var lossWindow = invariant.Predicted("loss-window", "a failover loses what was acknowledged within the lag before it",
	invariant.Prediction{
		What: "acknowledged writes lost",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			acked := v.Ops(writing).Served()
			if _, ok := promoted(v); !ok || len(alone(v)) == 0 {
				return invariant.AtMost(invariant.Number{}), nil
			}
			before := acked.In(history.Window{From: 0, To: v.Fault.From})
			lambda := before.Rate()
			n := lambda * lag.Seconds()
			spread := 3 * math.Sqrt(n)
			return invariant.Theory{
				Number: invariant.Number{Value: n, From: fmt.Sprintf("λ·lag = %.1f/s × %s", lambda, unit.Duration(lag))},
				Less:   spread, More: spread, Tolerance: fmt.Sprintf("± 3·√(λ·lag) = %.1f", spread),
			}, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) { return invariant.Counted(lost(v)), nil },
	},
	invariant.Prediction{
		What: "of them acknowledged within the lag",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			return invariant.Theory{Number: invariant.Counted(lost(v)), Tolerance: "all"}, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			return invariant.Counted(lost(v).Where(func(o *history.Operation) bool {
				return v.Fault.From-o.End.At <= lag+slack
			})), nil
		},
	})

// slack is the time between a commit and its answer, and between a process's death and its mark.
const slack = 50 * time.Millisecond

// outage compares the time without a primary with what the supervisor takes to notice: it hears nothing for that many
// heartbeats, the first of which was due up to one heartbeat after the death.
var outage = invariant.Predicted("outage", "there is a primary again when the heartbeats have been missing",
	invariant.Prediction{
		What: "time without a primary", Unit: " s",
		Theory: invariant.Constant(invariant.Theory{
			Number: invariant.Number{Value: detect.Seconds(),
				From: fmt.Sprintf("(%d − ½) × %s", database.Misses, unit.Duration(database.Heartbeat))},
			Less: (database.Heartbeat/2 + slack).Seconds(), More: (database.Heartbeat/2 + slack).Seconds(),
			Tolerance: "± half a heartbeat, and " + unit.Duration(slack),
		}),
		Measure: func(v *invariant.View) (invariant.Number, error) {
			at, ok := promoted(v)
			if !ok {
				return invariant.Number{}, errors.New("no replica was promoted")
			}
			return invariant.Number{Value: (at - v.Fault.From).Seconds()}, nil
		},
	},
	invariant.Prediction{
		What: "refused writes",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			lambda := v.Ops(writing).Rate()
			n := lambda * detect.Seconds()
			spread := 3 * math.Sqrt(n)
			return invariant.Theory{
				Number: invariant.Number{Value: n, From: fmt.Sprintf("%.1f/s × %s", lambda, unit.Duration(detect))},
				Less:   spread, More: spread + apps,
				Tolerance: fmt.Sprintf("± 3·√n = %.1f, and one more of each app, which only then asks anew", spread),
			}, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			return invariant.Counted(v.Ops(writing).Where(func(o *history.Operation) bool {
				return o.Outcome() == history.Failed
			})), nil
		},
	})

const (
	detect = database.Heartbeat*database.Misses - database.Heartbeat/2
	apps   = 2
)
