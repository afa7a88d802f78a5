package monolith

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	asAsked = invariant.AsAsked(ordered)
	orders  = invariant.Conservation(invariant.Flow{Operation: checkout, Done: ordered})
)

// well is the least share of a feature's requests that is served where nothing is in their way.
const well = 0.95

// features holds if the fault harms only the features that need the module that fails.
var features = invariant.Predicted("features-harmed",
	"a module's failure harms the features that need it, and no others",
	invariant.Prediction{
		What: "features harmed",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			var those []string
			if failing := failing(v); failing != "" {
				those = slices.DeleteFunc(slices.Clone(modules), func(feature string) bool {
					return feature != failing && !slices.Contains(needs[feature], failing)
				})
			}
			return invariant.AtMost(list(those)), nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			var harmed []string
			for _, feature := range modules {
				asked := v.Ops(feature).In(v.During())
				if len(asked)-len(asked.Served()) > invariant.Unlucky(len(asked), 1-well) {
					harmed = append(harmed, feature)
				}
			}
			return list(harmed), nil
		},
	})

// list counts names and shows them.
func list(names []string) invariant.Number {
	return invariant.Number{Value: float64(len(names)), From: strings.Join(names, ", ")}
}

// failing returns the module that a switch makes fail; it is empty if none does.
func failing(v *invariant.View) string {
	for e := range v.Effects(ill) {
		return e.Key
	}
	return ""
}

// hopsOf returns how many calls a request of a module makes.
func hopsOf(v *invariant.View, module string) (int, error) {
	for e := range v.Effects(placed) {
		if e.Key == module {
			return int(e.N), nil
		}
	}
	return 0, fmt.Errorf("the layout is not on record")
}

// tax holds if a checkout takes as long as the work of its three modules and its calls. Beside that, the client, each
// call, and each of at most four calls of DynamoDB take no longer than what the catalog takes beside its work, which
// is one of both.
var tax = invariant.Predicted("latency-tax", "a checkout takes the work of its modules and a round trip a call",
	invariant.Prediction{
		What: "checkout's p50 before the fault", Unit: " ms",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			hops, err := hopsOf(v, checkout)
			beside := max(0, median(v, catalog)-ms(work))
			steps := 1 + len(needs[checkout])
			return invariant.Theory{
				Number: invariant.Number{
					Value: float64(steps)*ms(work) + float64(hops)*ms(hopTime),
					From:  fmt.Sprintf("%d × %s + %d × %s", steps, unit.Duration(work), hops, unit.Duration(hopTime)),
				},
				More:      float64(1+hops+4) * beside,
				Tolerance: fmt.Sprintf("and %d × the %.2g ms that a request takes beside its work", 1+hops+4, beside),
			}, err
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			return invariant.Number{Value: median(v, checkout)}, nil
		},
	})

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// median returns the p50 of a feature before the fault, in milliseconds.
func median(v *invariant.View, feature string) float64 {
	return ms(invariant.Quantile(0.5, v.Ops(feature).In(v.Before()).Served().Took()))
}

// serial holds if of the checkouts during lost calls as many are served as none of whose n calls is lost: aⁿ, and three
// standard deviations of a binomial count. Without lost calls there is nothing to count.
var serial = invariant.Predicted("serial-calls",
	"of checkouts with n calls, each of which succeeds with probability a, aⁿ succeed",
	invariant.Prediction{
		What: "checkouts that lose no call", Unit: "%",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			hops, err := hopsOf(v, checkout)
			n := len(met(v))
			if n == 0 {
				return invariant.Theory{Number: invariant.Number{Value: 1}}, err
			}
			share := math.Pow(survive/100., float64(hops))
			spread := 3 * math.Sqrt(share*(1-share)/float64(n))
			return invariant.Theory{
				Number: invariant.Number{Value: share, From: fmt.Sprintf("%g^%d", survive/100., hops)},
				Less:   spread, More: spread, Tolerance: fmt.Sprintf("± 3 σ of %d", n),
			}, err
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			all := met(v)
			if len(all) == 0 {
				return invariant.Number{Value: 1}, nil
			}
			return invariant.Number{
				Value: all.Share(), From: fmt.Sprintf("%d of %d", len(all.Served()), len(all)),
			}, nil
		},
	})

// met returns the checkouts that began and ended while calls got lost.
func met(v *invariant.View) (those invariant.Ops) {
	var from time.Duration
	for e := range v.Effects(ill) {
		switch {
		case e.Value != flaky:
		case e.N == 1:
			from = e.At
		default:
			those = append(those, v.Ops(checkout).Where(func(o *history.Operation) bool {
				return o.Invoke.At >= from && o.End.At < e.At
			})...)
		}
	}
	return those
}

// bothOrNeither holds if stock is taken for the orders that there are, and for no others.
var bothOrNeither = invariant.Invariant{
	Name:   "both-or-neither",
	Claim:  "stock is taken for every order, and for nothing that is none",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		taken, written := v.Lacking(reserved, ""), v.Lacking(ordered, "")
		if len(taken)+len(written) == 0 {
			return invariant.Undecided("there are no orders")
		}
		leaked, unbacked := v.Lacking(reserved, ordered), v.Lacking(ordered, reserved)
		return invariant.Found(len(leaked)+len(unbacked) == 0, "%s, %d without stock; stock taken for %d, %d without order",
			unit.Many(len(written), "order"), len(unbacked), len(taken), len(leaked)).Naming(append(leaked, unbacked...))
	},
}
