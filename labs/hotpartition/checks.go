package hotpartition

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// served holds if hardly an order is throttled while the fault is on.
var served = invariant.Predicted("served", "at most 1 % of the orders are throttled", invariant.Prediction{
	What: "orders throttled", Unit: "%",
	Theory: invariant.Constant(invariant.AtMost(invariant.Number{Value: 0.01})),
	Measure: func(v *invariant.View) (invariant.Number, error) {
		all := v.Ops(buy).In(judged(v))
		no := all.Where(func(o *history.Operation) bool { return o.Outcome() == history.Failed })
		return invariant.Number{
			Value: float64(len(no)) / float64(len(all)), From: fmt.Sprintf("%d of %d", len(no), len(all)),
		}, nil
	},
})

// judged is the time of the fault, or without one the whole load.
func judged(v *invariant.View) history.Window {
	if v.Faulty {
		return v.During()
	}
	return v.Load
}

// hottest is the writes to the partition key, of the table or its index, of which most was asked.
type hottest struct {
	writes  float64 // since the first that was refused, or all
	refused float64
	units   float64
	took    time.Duration // from the first that was refused to the last, or the whole time
	saved   float64       // units that the partition may have had to begin with
}

func hottestOf(v *invariant.View) (h hottest, err error) {
	units, window := map[string]int64{}, judged(v)
	most := ""
	for e := range v.Effects(asked) {
		if units[e.Key] += e.N; window.Contains(e.At) && (units[e.Key] > units[most] || most == "") {
			most = e.Key
		}
	}
	if most == "" {
		return h, errors.New("nothing was written")
	}
	first, last := time.Duration(-1), window.To
	for e := range v.Effects(refused) {
		if e.Key == most && window.Contains(e.At) {
			if last = e.At; first < 0 {
				first = e.At
			}
		}
	}
	h.took = last - first
	if first < 0 || h.took == 0 {
		first, last, h.took, h.saved = window.From-1, window.To, window.To-window.From, saved
	}
	for e := range v.Effects(asked, refused) {
		// The first that was refused found the partition empty, as the last did: it is not counted.
		if e.Key != most || e.At <= first || e.At > last {
			continue
		}
		if e.Name == refused {
			h.refused++
			continue
		}
		h.writes++
		h.units += float64(e.N)
	}
	return h, nil
}

// hotKey compares what was refused of the hottest key with what it was asked for. A partition that is out of tokens
// gets 1,000 a second, and a write may overdraw it: from one refusal to another that is exact but for a write at either
// end. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
var hotKey = invariant.Predicted("hot-key", "what a key is asked for beyond 1,000 units a second is throttled",
	invariant.Prediction{
		What: "of the hottest key's writes throttled", Unit: "%",
		Measure: func(v *invariant.View) (n invariant.Number, err error) {
			h, err := hottestOf(v)
			n.Value = h.refused / h.writes
			return n, err
		},
		Theory: func(v *invariant.View) (t invariant.Theory, err error) {
			h, err := hottestOf(v)
			if err != nil {
				return t, err
			}
			seconds := h.took.Seconds()
			rate, limit := h.units/seconds, keyLimit+h.saved/seconds
			n := invariant.Number{From: fmt.Sprintf("%s units/s ≤ %s", unitsOf(rate), unitsOf(limit))}
			if rate > limit {
				n.Value, n.From = 1-limit/rate, fmt.Sprintf("1 − %s ÷ %s units/s", unitsOf(limit), unitsOf(rate))
			}
			within := 2 / h.writes
			return invariant.Theory{Number: n, Less: within, More: within, Tolerance: "± 2 writes"}, nil
		},
	})

func unitsOf(rate float64) string { return unit.Count(int64(math.Round(rate))) }

// lost compares what the table lacks of a product's acknowledged orders with those that came within two flushes before
// Redis died. Where it did not nothing may be missing.
var lost = invariant.Predicted("lost", "only what came in the last two flushes before Redis died is lost",
	invariant.Prediction{
		What: "acknowledged orders that the table lacks",
		Measure: func(v *invariant.View) (n invariant.Number, err error) {
			lacks, err := lacking(v)
			for _, l := range lacks {
				n.Value += l
			}
			return n, err
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			n := 0.
			for _, late := range unflushed(v) {
				n += late
			}
			return invariant.AtMost(invariant.Number{Value: n}), nil
		},
	},
	invariant.Prediction{
		What: "of other products than came last",
		Measure: func(v *invariant.View) (n invariant.Number, err error) {
			lacks, err := lacking(v)
			late := unflushed(v)
			for product, l := range lacks {
				n.Value += max(0, l-late[product])
			}
			return n, err
		},
		Theory: invariant.Constant(invariant.AtMost(invariant.Number{})),
	})

// lacking returns how many acknowledged orders of each product the table lacks.
func lacking(v *invariant.View) (map[string]float64, error) {
	lacks := map[string]float64{}
	has, err := counts(v)
	for product, orders := range byProduct(v) {
		lacks[product] = max(0, float64(len(orders.Served()))-has[product])
	}
	return lacks, err
}

// unflushed returns how many orders of each product came so late that they may have died with Redis.
func unflushed(v *invariant.View) map[string]float64 {
	late := map[string]float64{}
	for range v.Effects(emptied) {
		for _, o := range v.Ops(buy).Served() {
			if o.End.At > v.Fault.From-2*flushEvery && o.Invoke.At < v.Fault.From {
				late[o.Invoke.Key]++
			}
		}
	}
	return late
}

// notTwice holds if the table has no order that nobody made, and none twice.
var notTwice = invariant.Invariant{
	Name:   "not-twice",
	Claim:  "the table has no more orders of a product than were made",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		has, err := counts(v)
		if err != nil {
			return invariant.Undecided("%v", err)
		}
		all, extra := 0, 0.
		for product, orders := range byProduct(v) {
			all += len(orders)
			extra += max(0, has[product]-float64(len(orders)))
		}
		return invariant.Found(extra == 0, "%s made, %.0f more in the table", unit.Many(all, "order"), extra)
	},
}

// byProduct returns the orders that were made, or may have been.
func byProduct(v *invariant.View) map[string]invariant.Ops {
	by := map[string]invariant.Ops{}
	for _, o := range v.Ops(buy) {
		if o.Outcome() != history.Failed {
			by[o.Invoke.Key] = append(by[o.Invoke.Key], o)
		}
	}
	return by
}

// counts returns how many orders of each product the table has.
func counts(v *invariant.View) (map[string]float64, error) {
	has := map[string]float64{}
	for e := range v.Effects(stored) {
		has[e.Key] += float64(e.N)
	}
	if len(has) == 0 {
		return nil, errors.New("the table was not audited")
	}
	return has, nil
}

// reads holds if every reader sees the orders that were acknowledged before, and none that came after.
var reads = invariant.Invariant{
	Name:   "reads",
	Claim:  "a count that is read has all orders acknowledged before, and none that was not made",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		made, done := map[string][]int{}, map[string][]int{} // when, in the order of the history
		for product, orders := range byProduct(v) {
			for _, o := range orders {
				made[product] = append(made[product], int(o.Start))
			}
			for _, o := range orders.Served() {
				done[product] = append(done[product], int(o.Finish))
			}
			sort.Ints(done[product])
		}
		wrong, all := invariant.Ops{}, 0
		for _, o := range v.Ops(look).Served() {
			n, err := strconv.Atoi(o.End.Value)
			if err != nil {
				continue
			}
			all++
			least := sort.SearchInts(done[o.Invoke.Key], int(o.Start))
			most := sort.SearchInts(made[o.Invoke.Key], int(o.Finish))
			if n < least || n > most {
				wrong = append(wrong, o)
			}
		}
		if all == 0 {
			return invariant.Undecided("no count was read")
		}
		return invariant.Found(len(wrong) == 0, "%s read, %d of them wrong", unit.Many(all, "count"), len(wrong)).
			Naming(wrong.IDs())
	},
}

// readCost compares what reads cost, by DynamoDB's own account, with the counters that they are of: a read unit is
// 4 KB, strongly consistent.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
var readCost = invariant.Predicted("read-cost", "a read costs all of its product's counters", invariant.Prediction{
	What: "read units of a read",
	Measure: func(v *invariant.View) (invariant.Number, error) {
		sum, n := 0., 0.
		for e := range v.Effects(cost) {
			sum, n = sum+float64(e.N), n+1
		}
		return invariant.Number{Value: sum / n}, nil
	},
	Theory: func(v *invariant.View) (invariant.Theory, error) {
		size, sum, counters, n := 1., 0., 0., 0.
		for e := range v.Effects(asked) {
			if product, _, _ := strings.Cut(e.Key, "#"); product == hot {
				size = float64(e.N)
			}
		}
		for e := range v.Effects(gathered) {
			each := 1.
			if e.Key == hot {
				each = math.Ceil(size / 4)
			}
			sum, counters, n = sum+each*float64(e.N), counters+float64(e.N), n+1
		}
		return invariant.Near(invariant.Number{
			Value: sum / n, From: fmt.Sprintf("%.3g counters × %.3g units", counters/n, sum/counters),
		}, 0), nil
	},
})

// worklist holds if the index has the orders that somebody has to check, and no others.
var worklist = invariant.Invariant{
	Name:   "worklist",
	Claim:  "every order in the table that somebody has to check is in the list, and no other",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		due, missing, extra := v.Lacking(toList, ""), v.Lacking(toList, listed), v.Lacking(listed, toList)
		if len(due)+len(extra) == 0 {
			return invariant.Undecided("there is none to check")
		}
		return invariant.Found(len(missing)+len(extra) == 0, "%s to check, %d not listed, %d others listed",
			unit.Many(len(due), "order"), len(missing), len(extra)).Naming(append(missing, extra...))
	},
}
