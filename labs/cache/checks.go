package cache

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// stampede holds if no instance loads a product while it loads it already. Where no reader came meanwhile who could
// have done so, nothing is proven.
var stampede = invariant.Invariant{
	Name:  "stampede",
	Claim: "an instance loads a product at most once at a time",
	Check: func(v *invariant.View) invariant.Finding {
		now, most, all, tempted := map[[2]string]int{}, 0, 0, 0 // loads of a product in an instance
		for e := range v.Effects(missed, loading, loaded) {
			at := [2]string{e.Key, e.By}
			switch {
			case e.Name == loaded:
				now[at]--
			case e.Name == loading:
				all++
				now[at]++
				most = max(most, now[at])
			case now[at] > 0:
				tempted++
			}
		}
		if most <= 1 && tempted == 0 {
			return invariant.Undecided("%s, and no reader wanted a product that its instance was loading",
				unit.Many(all, "load"))
		}
		return invariant.Found(most <= 1, "%s, at most %d of a product at once in an instance, limit 1; %s came meanwhile",
			unit.Many(all, "load"), most, unit.Many(tempted, "reader"))
	},
}

// expired is what a history tells of the hot entry from the fault on.
type expired struct {
	first float64 // loads that began before the first ended
	all   float64
	waits float64 // readers that found nothing
	rate  float64 // reads of it a second, λ
	took  float64 // seconds that the database takes to answer, Δ
}

// ofExpiry returns what tells something of the expiry in a history.
func ofExpiry[T any](tell func(x expired) (T, error)) func(*invariant.View) (T, error) {
	return func(v *invariant.View) (T, error) {
		x, ended := expired{}, false
		for e := range v.Effects(loading, loaded) {
			switch {
			case e.Key != hot || !v.Faulty || e.At < v.Fault.From:
			case e.Name == loaded:
				ended = true
			default:
				x.all++
				if !ended {
					x.first++
				}
			}
		}
		db, err := serviceOf(v)
		if err == nil && !ended {
			err = errors.New("the hot product was not loaded under a fault")
		}
		if err != nil {
			var none T
			return none, err
		}
		x.rate, x.took = v.Select(invariant.Filter{Operation: reading, Key: hot}).Rate(), db.took
		x.waits = float64(len(v.Caused(missed, hot)))
		return tell(x)
	}
}

// fewest is how many readers it takes for 3 deviations of a Poisson process to mean what they say.
const fewest = 5

// loads compares the catalog's loads with the rate of the clients' reads and the time of the database's answers.
var loads = invariant.Predicted("loads", "where every reader loads, an expiry costs λ·Δ loads",
	invariant.Prediction{
		What: "loads of the hot product until it is there",
		Measure: ofExpiry(func(x expired) (invariant.Number, error) {
			return invariant.Number{Value: x.first}, nil
		}),
		Theory: ofExpiry(func(x expired) (t invariant.Theory, err error) {
			readers := x.rate * x.took
			if readers < fewest {
				return t, fmt.Errorf("λ·Δ = %.1f readers are too few", readers)
			}
			// The first reader is there. The others come independently, as a Poisson process; its deviation is √(λ·Δ).
			spread := 3 * math.Sqrt(readers)
			return invariant.Theory{
				Number: invariant.Number{Value: 1 + readers, From: fmt.Sprintf("1 + λ·Δ = 1 + %.0f/s × %.2f s", x.rate, x.took)},
				Less:   spread, More: spread, Tolerance: fmt.Sprintf("± 3·√(λ·Δ) = %.0f", spread),
			}, nil
		}),
	})

// rare is how likely something may be that a prediction leaves out.
const rare = 0.001

// waits predicts that nobody waits. A reader r before the expiry recomputes with probability e^(−r ÷ βΔ), so that from
// the time at which the entry was left hotLife to the last at which a recomputation still ends in time,
// λ·βΔ·(e^(−1 ÷ β) − e^(−hotLife ÷ βΔ)) of them do.
var waits = invariant.Predicted("waits", "the hot product is recomputed before it expires, and no reader finds nothing",
	invariant.Prediction{
		What: "readers of the hot product that found nothing",
		Measure: ofExpiry(func(x expired) (invariant.Number, error) {
			return invariant.Number{Value: x.waits}, nil
		}),
		Theory: ofExpiry(func(x expired) (t invariant.Theory, err error) {
			wide := beta * x.took
			inTime := x.rate * wide * (math.Exp(-1.0/beta) - math.Exp(-hotLife.Seconds()/wide))
			if never := math.Exp(-inTime); never > rare {
				return t, fmt.Errorf("of %.0f readers a second none may recompute it in time, in %s of the cases",
					x.rate, unit.Share(never))
			}
			return invariant.AtMost(invariant.Number{}), nil
		}),
	})

// What an expiry costs where its readers wait for each other.
var (
	oneAnInstance = atMostLoads("one-an-instance", "an expiry costs at most one load an instance", replicas)
	oneInAll      = atMostLoads("one-in-all", "an expiry costs one load", 1)
)

func atMostLoads(name, claim string, most float64) invariant.Invariant {
	return invariant.Predicted(name, claim, invariant.Prediction{
		What: "loads of the hot product from the fault on",
		Measure: ofExpiry(func(x expired) (n invariant.Number, err error) {
			if x.waits <= most && x.all <= most {
				err = fmt.Errorf("%s found nothing", unit.Many(int(x.waits), "reader"))
			}
			return invariant.Number{Value: x.all}, err
		}),
		Theory: invariant.Constant(invariant.AtMost(invariant.Number{Value: most})),
	})
}

// warm holds if the cache has everything before the fault, and the two products that are read all the time again after
// it: loaded until a few loads' time after the first reader missed them.
var warm = bearable(invariant.Invariant{
	Name:  "warm",
	Claim: "the cache answers every read before the fault, and of what was loaded after it",
	Check: func(v *invariant.View) invariant.Finding {
		cold, again, since := 0, 0, map[string]time.Duration{} // since the first miss after the fault
		db, _ := serviceOf(v)
		for e := range v.Effects(missed, loading) {
			first, ok := since[e.Key]
			switch {
			case v.Before().Contains(e.At):
				cold++
			case !v.After().Contains(e.At) || e.Key != hot && e.Key != offer:
			case !ok:
				since[e.Key] = e.At
			case (e.At - first).Seconds() > 4*db.took:
				again++
			}
		}
		reads := len(v.Ops(reading).In(v.Before()))
		if reads == 0 {
			return invariant.Undecided("no %s before the fault", reading)
		}
		return invariant.Found(cold+again == 0, "%s before the fault, %s; %s after the product was loaded again",
			unit.Many(reads, "read"), unit.Many(cold, "miss or load", "misses and loads"), unit.Count(again))
	},
})

// values holds if no reader is told what nobody wrote.
var values = invariant.Invariant{
	Name:   "values",
	Claim:  "a read returns what the product was stocked with, or what somebody wrote to it",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		written := map[[2]string]time.Duration{}
		for _, o := range v.Ops(writing) {
			written[[2]string{o.Invoke.Key, o.Invoke.Value}] = o.Invoke.At
		}
		var wrong invariant.Ops
		served := v.Ops(reading).Served()
		for _, o := range served {
			at, ok := written[[2]string{o.Invoke.Key, o.End.Value}]
			if o.End.Value != initial && (!ok || at > o.End.At) {
				wrong = append(wrong, o)
			}
		}
		if len(served) == 0 {
			return invariant.Undecided("no %s was answered", reading)
		}
		return invariant.Found(len(wrong) == 0, "%s, %s of what nobody wrote", unit.Many(len(served), "read"),
			unit.Count(len(wrong))).Naming(wrong.IDs())
	},
}

// writes holds if the database counted every acknowledged write once, and beside them only those of unknown outcome.
var writes = invariant.Invariant{
	Name:   "writes",
	Claim:  "every acknowledged write is in the database, and none is there twice",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		all := v.Ops(writing)
		acked, maybe, found := len(all.Served()), 0, -1
		for _, o := range all {
			if o.Outcome() == history.Unknown {
				maybe++
			}
		}
		for e := range v.Effects(stored) {
			if e.Key == offer {
				found = int(e.N) - 1
			}
		}
		if len(all) == 0 || found < 0 {
			return invariant.Undecided("no writes, or no audit")
		}
		return invariant.Found(acked <= found && found <= acked+maybe, "%s acknowledged, %s unknown, %s in the database",
			unit.Many(acked, "write"), unit.Count(maybe), unit.Count(found))
	},
}
