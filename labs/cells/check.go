package cells

import (
	"fmt"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	// A fault is to cost at most one tenant in cellCount a request.
	blastRadius = invariant.BlastRadius(invariant.Filter{}, tenants(), 1./cellCount, 1).Unless(crowded)
	// An event that was accepted is stored, also where a worker died and another was asked.
	toStore      = invariant.Flow{Operation: "event", Done: stored, InFlight: pending}
	conservation = invariant.Conservation(toStore)
	// What is stored of an event is what its tenant sent.
	asAsked = invariant.AsAsked(stored)
)

// readBack holds if what was accepted is processed in the end, by whoever finds it in the journal.
var readBack = invariant.Predicted("read-back", "no accepted event is still in a journal when all is over",
	invariant.Prediction{
		What:   "accepted events that are only in a journal",
		Theory: invariant.Constant(invariant.Theory{}),
		Measure: func(v *invariant.View) (invariant.Number, error) {
			left, n := v.Lacking(pending, stored), 0
			for _, o := range v.Ops("").Served() {
				if _, found := slices.BinarySearch(left, o.Invoke.Op); found {
					n++
				}
			}
			return invariant.Number{Value: float64(n)}, nil
		},
	})

// enough is how many requests of a tenant it takes to say that it lost none: the fault may have been healing at one.
const enough = 2

// underFault reads the outcome of a view in which most tenants asked while the fault was on.
func underFault(v *invariant.View) (*outcome, error) {
	o, err := read(v)
	if n := o.heard(during, enough); err == nil && 2*n < len(o.tenants) {
		err = fmt.Errorf("only %d of %d tenants asked %d times during the fault", n, len(o.tenants), enough)
	}
	return o, err
}

// overlap holds if as many tenants lose requests as the hypergeometric distribution predicts to have all k cells among
// those that failed, and as many lose none as it predicts to have some there. Tenants are dealt, so both are exact.
var overlap = invariant.Predicted("overlap",
	"tenants lose all of their cells, or some, as the hypergeometric distribution predicts",
	tenantsWith("requests lost", func(t *tenant) bool { return t.lost(during) > 0 },
		func(_, k, down int) int { return choose(down, k) }),
	tenantsWith("a cell lost and no request", func(t *tenant) bool {
		return t.down > 0 && t.down < len(t.cells) && len(t.phase[during]) > 0 && t.lost(during) == 0
	}, func(n, k, down int) int { return choose(n, k) - choose(n-down, k) - choose(down, k) })).Unless(crowded)

// tenantsWith predicts how many tenants are as is says: as large a part of all as shards is of the C(n, k) shuffle
// shards. Those that asked too little may be missing.
func tenantsWith(what string, is func(*tenant) bool, shards func(n, k, down int) int) invariant.Prediction {
	return invariant.Prediction{
		What: "tenants with " + what,
		Measure: func(v *invariant.View) (invariant.Number, error) {
			o, err := underFault(v)
			return invariant.Number{Value: float64(o.count(is))}, err
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			o, err := underFault(v)
			all, of, in := len(o.tenants), shards(o.cells, o.perTenant, len(o.down)), choose(o.cells, o.perTenant)
			theory := invariant.Theory{Number: invariant.Number{
				Value: float64(all*of) / float64(in),
				From:  fmt.Sprintf("%d of %d cells down: %d × %d/%d", len(o.down), o.cells, all, of, in),
			}}
			if unheard := all - o.heard(during, enough); unheard > 0 {
				theory.Less = float64(unheard)
				theory.Tolerance = fmt.Sprintf("or %d less, which asked too little", unheard)
			}
			return theory, err
		},
	}
}

// bystanders holds if all but one tenant in cellCount don't notice the fault: from when it begins they lose no request,
// and no more of their events are processed late than are by bad luck if the share onTime is not.
var bystanders = invariant.Invariant{
	Name: "bystanders",
	Claim: fmt.Sprintf("all but 1 tenant in %d lose no request, and %s of their events are processed within %s",
		cellCount, unit.Share(onTime), unit.Duration(inTime)),
	Check: func(v *invariant.View) invariant.Finding {
		o, err := underFault(v)
		if err != nil {
			return invariant.Undecided("%v", err)
		}
		asked := func(t *tenant) int { return len(t.phase[during]) + len(t.phase[invariant.After]) }
		lost := func(t *tenant) int { return t.lost(during) + t.lost(invariant.After) }
		harm := func(t *tenant) int { return lost(t) + t.late }
		slices.SortStableFunc(o.tenants, func(a, b *tenant) int { return harm(b) - harm(a) })
		others, all, missed, late := o.tenants[len(o.tenants)/cellCount:], 0, 0, 0
		for _, t := range others {
			all, missed, late = all+asked(t), missed+lost(t), late+t.late
		}
		most := invariant.Unlucky(all-missed, 1-onTime)
		return invariant.Found(missed == 0 && late <= most,
			"%s: %d of their %d requests lost, %d processed after %s, at most %d (%s ± chance)",
			unit.Many(len(others), "tenant"), missed, all, late, unit.Duration(inTime), most, unit.Share(1-onTime))
	},
}.Unless(crowded)

// crowded says why the load is more than the cells that are left are to bear. A tenant can take down two cells, and
// half of their load goes to others: each of these has extra times its own. In a queue before work that always takes
// the same time, at arrivals λ and busy to the share u, a wait is longer than t with at most the probability
// exp(-λ(z-1)t), where z > 1 solves exp(u(z-1)) = z (Kingman's bound, 1964). Where u is busy, that is 1-onTime.
func crowded(v *invariant.View, _ invariant.Status) string {
	load, most := v.Ops("").Rate(), busy*cellCount*perCell/extra
	if load <= most {
		return ""
	}
	return fmt.Sprintf("%.0f events/s are more than the %.0f/s that the cells left of 8 process in time", load, most)
}

const (
	inTime  = 4 * eventWork
	onTime  = 0.99
	perCell = lanes * float64(time.Second/eventWork) // events/s
	extra   = 1 + shardSize/float64(cellCount-1)
	busy    = 0.66
)
