package cells

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

const (
	before = int(invariant.Before)
	during = int(invariant.During)
)

// blastRadius holds if the fault costs at most one tenant in cellCount a request.
var blastRadius = invariant.BlastRadius(invariant.Filter{}, tenants(), 1./cellCount, 1)

// underFault reads the outcome of a view in which somebody asked while the fault was on.
func underFault(v *invariant.View) (*outcome, error) {
	o, err := read(v)
	if err == nil && o.asked(during) == 0 {
		err = errors.New("no requests during the fault")
	}
	return o, err
}

// overlap holds if, of the tenants with k of n cells each, as many lose all k of them as the
// hypergeometric distribution predicts for the cells that failed, and as many lose some and are served
// by the rest. Within is the tolerance, as a share of all tenants.
func overlap(within float64) invariant.Invariant {
	share := func(what string, is func(requests) bool, predict func(n, k, down int) invariant.Number) invariant.Prediction {
		return invariant.Prediction{
			What: what,
			Unit: "%",
			Measure: func(v *invariant.View) (invariant.Number, error) {
				o, err := underFault(v)
				if err != nil {
					return invariant.Number{}, err
				}
				hit := 0
				for _, t := range o.tenants {
					if is(t.phase[during]) {
						hit++
					}
				}
				return invariant.Number{Value: float64(hit) / float64(len(o.tenants)), From: fmt.Sprintf("%d of %d", hit, len(o.tenants))}, nil
			},
			Theory: func(v *invariant.View) (invariant.Theory, error) {
				o, err := underFault(v)
				if err != nil {
					return invariant.Theory{}, err
				}
				want := predict(o.cells, len(o.tenants[0].cells), len(o.down))
				return invariant.Theory{Number: want, Less: within, More: within, Tolerance: "± " + unit.Share(within)}, nil
			},
		}
	}
	return invariant.Predicted("overlap", "tenants lose all of their cells, or some, as the hypergeometric distribution predicts",
		share("lost all their cells", func(r requests) bool { return r.lost > 0 }, losesAll),
		share("lost some and were served", func(r requests) bool { return r.lost == 0 && r.second > 0 }, losesSome))
}

// losesAll is the share of the tenants that have all k of their cells among those that are down.
func losesAll(n, k, down int) invariant.Number {
	return invariant.Number{
		Value: hypergeometric(n, k, down, k),
		From:  fmt.Sprintf("%d of %d cells down: C(%d,%d)/C(%d,%d)", down, n, down, k, n, k),
	}
}

// losesSome is the share of those that have some of them there, and not all.
func losesSome(n, k, down int) invariant.Number {
	return invariant.Number{Value: 1 - hypergeometric(n, k, down, 0) - hypergeometric(n, k, down, k)}
}

// nearlyNone is the share of bystanders' requests that may be lost.
const nearlyNone = 0.1

// bystanders holds if the tenants out of the fault's reach don't notice: their p99 while it is on is
// within factor of that before, or at most floor, and nearly all of their requests are served: a busy
// machine reaches neither bound, and a design without bystanders exceeds the second many times over. One
// tenant in n may be hit; if more are, those hit least are counted as bystanders.
func bystanders(n int, factor float64, floor time.Duration) invariant.Invariant {
	return invariant.Invariant{
		Name:  "bystanders",
		Claim: fmt.Sprintf("the p99 of tenants out of reach is within %g × that before, or %v", factor, floor),
		Check: func(v *invariant.View) invariant.Finding {
			o, err := underFault(v)
			if err != nil {
				return invariant.Undecided("%v", err)
			}
			byLoss := slices.Clone(o.tenants)
			slices.SortStableFunc(byLoss, func(a, b *tenant) int { return b.phase[during].lost - a.phase[during].lost })
			out := byLoss[min(o.hit(during), len(byLoss)/n):]
			var was, is []time.Duration
			gone := 0
			for _, t := range out {
				was = append(was, t.phase[before].took...)
				is = append(is, t.phase[during].took...)
				gone += t.phase[during].lost
			}
			if len(was) == 0 || len(is) == 0 {
				return invariant.Undecided("no requests to compare")
			}
			healthy, now := invariant.Quantile(0.99, was), invariant.Quantile(0.99, is)
			limit := max(floor, time.Duration(factor*float64(healthy)))
			return invariant.Found(now <= limit && float64(gone) <= nearlyNone*float64(len(is)),
				"%s out of reach: p99 %s → %s, limit %s; %d of their %d requests lost",
				unit.Many(len(out), "tenant"), unit.Duration(healthy), unit.Duration(now), unit.Duration(limit), gone, len(is))
		},
	}
}
