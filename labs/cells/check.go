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
	blastRadius = invariant.BlastRadius(invariant.Filter{}, tenants(), 1./cellCount, 1)
	// An event that was accepted is stored, also where a worker died and another was asked.
	conservation = invariant.Conservation(invariant.Flow{Operation: "event", Done: stored, InFlight: pending})
)

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
	}, func(n, k, down int) int { return choose(n, k) - choose(n-down, k) - choose(down, k) }))

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

// The p99 of a hundred requests is about the longest of them, and one may wait floor for a busy processor.
const factor, floor = 10, 100 * time.Millisecond

// bystanders holds if all but one tenant in cellCount don't notice the fault: while it is on they lose no request, and
// their p99 is at most factor times that before, or at most floor.
var bystanders = invariant.Invariant{
	Name: "bystanders",
	Claim: fmt.Sprintf("all but 1 tenant in %d lose no request, and their p99 is within %d × that before, or %s",
		cellCount, factor, unit.Duration(floor)),
	Check: func(v *invariant.View) invariant.Finding {
		o, err := underFault(v)
		if err != nil {
			return invariant.Undecided("%v", err)
		}
		slices.SortStableFunc(o.tenants, func(a, b *tenant) int { return b.lost(during) - a.lost(during) })
		others := o.tenants[len(o.tenants)/cellCount:]
		var was, is invariant.Ops
		for _, t := range others {
			was, is = append(was, t.phase[invariant.Before]...), append(is, t.phase[during]...)
		}
		if len(was) == 0 {
			return invariant.Undecided("no requests before the fault")
		}
		healthy, now := invariant.Quantile(0.99, was.Took()), invariant.Quantile(0.99, is.Took())
		limit, lost := max(floor, factor*healthy), len(is)-len(is.Served())
		return invariant.Found(now <= limit && lost == 0, "%s: p99 %s → %s, limit %s; %d of their %d requests lost",
			unit.Many(len(others), "tenant"), unit.Duration(healthy), unit.Duration(now), unit.Duration(limit),
			lost, len(is))
	},
}
