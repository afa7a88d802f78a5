package gateway

import (
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

const (
	goal    = 0.99                   // the least share of requests to be served where nothing is in their way
	prompt  = 100 * time.Millisecond // within which they are to be
	planned = 0.6                    // of what inventory can do is what the mesh is planned for
)

// goodput holds if checkouts are served while all is well: to refuse everything is no protection.
var goodput = invariant.Invariant{
	Name:  "goodput",
	Claim: "before the fault " + unit.Share(goal) + " of the checkouts are served within " + unit.Duration(prompt),
	Check: func(v *invariant.View) invariant.Finding {
		return enough("checkouts before the fault", v.Select(checkouts).In(v.Before()), prompt, 1-goal)
	},
}.Unless(overloaded)

// bystanders holds if a client that does not check out is served all the same.
var bystanders = invariant.Invariant{
	Name:  "unrelated-routes",
	Claim: "from the fault on " + unit.Share(goal) + " of the profiles are served within " + unit.Duration(prompt),
	Check: func(v *invariant.View) invariant.Finding {
		if !v.Faulty {
			return invariant.Undecided("no fault")
		}
		return enough("profiles from the fault on",
			v.Select(profiles).In(history.Window{From: v.Fault.From, To: v.Load.To}), prompt, 1-goal)
	},
}.Unless(unpressed)

// partial holds if what the fault leaves to be had is served: products of other shards, or as many checkouts as a
// route's own workers can do at a slower link. A pool loses no more than one whose service times vary as exponential
// ones do, of which Erlang's formula tells. The last requests of the fault are left out, for the end of it helps them.
var partial = invariant.Invariant{
	Name:  "partial-service",
	Claim: "during the fault checkouts are served of what can be had, as many as a route's workers can do",
	Check: func(v *invariant.View) invariant.Finding {
		early := v.During()
		early.To -= patience
		asked := v.Select(checkouts).In(early)
		healthy := v.Select(checkouts).In(v.Before()).Served().Took()
		if len(healthy) == 0 {
			return invariant.Undecided("no checkout was served before the fault")
		}
		hold := invariant.Quantile(0.5, healthy) + linkDelay
		for range v.Effects(missing) {
			asked = asked.Where(func(o *history.Operation) bool { return !onLostShard(o.Invoke.Key) })
			hold -= linkDelay
			break
		}
		lost := blocked(asked.Rate()*hold.Seconds(), edgeWorkers/2, edgeQueue)
		return enough("checkouts of what could be had", asked, patience, max(1-goal, lost))
	},
}.Unless(overloaded)

// enough finds whether all were served in time but for such a share of them, and what chance adds.
func enough(what string, asked invariant.Ops, within time.Duration, lost float64) invariant.Finding {
	served := asked.Served().Where(func(o *history.Operation) bool {
		took, _ := o.Latency()
		return took <= within
	})
	most := invariant.Unlucky(len(asked), lost)
	if most >= len(asked) {
		return invariant.Undecided("%s: %d, too few to tell", what, len(asked))
	}
	return invariant.Found(len(served) >= len(asked)-most, "%s: %d of %d served within %s, at least %d (%.0f %% ± chance)",
		what, len(served), len(asked), unit.Duration(within), len(asked)-most, 100*(1-lost))
}

// blocked returns which share of requests finds the queue of a pool full, if so many come while one is served.
func blocked(load float64, workers, queue int) float64 {
	state, sum := 1.0, 1.0 // probabilities that so many are there, up to a factor
	for n := 1; n <= workers+queue; n++ {
		state *= load / float64(min(n, workers))
		sum += state
	}
	return state / sum
}

const capacity = leafWorkers * float64(time.Second) / float64(serviceTime) // of inventory, calls a second

// overloaded says if requests failed because inventory is asked for more than the mesh is planned for.
func overloaded(v *invariant.View, found invariant.Status) string {
	if rate := v.Select(checkouts).Rate(); found == invariant.Violated && rate > planned*capacity {
		return fmt.Sprintf("the mesh is planned for %.0f checkouts/s, and %.0f came", planned*capacity, rate)
	}
	return ""
}

// unpressed says if profiles would find a worker though checkouts are slow: only at twice as many as there are workers
// every other request has to be turned away.
func unpressed(v *invariant.View, found invariant.Status) string {
	load := v.Select(checkouts).Rate() * tries * tryTime.Seconds()
	slow := invariant.Quantile(0.5, v.Select(checkouts).In(v.During()).Took()) > prompt
	if found == invariant.Holds && slow && load < 2*edgeWorkers {
		return fmt.Sprintf("slow checkouts would hold %.1f of %d workers, too few to tell", load, edgeWorkers)
	}
	return ""
}

// tipping says if a storm would end by itself, as it does where all its calls are less than inventory can do, or if the
// load ends before a circuit has looked again.
func tipping(v *invariant.View, found invariant.Status) string {
	rate, time := v.Select(checkouts).Rate(), (v.Load.To - v.Load.From).Seconds()
	storm := math.Pow(tries, layers) * (rate - 3*math.Sqrt(rate/time))
	late, _ := begunLate(v)
	look := openTime + tryTime + seconds(3/rate)
	switch rest := v.After().To - v.After().From; {
	case found == invariant.Holds && storm < capacity && late > 0:
		return fmt.Sprintf("at %.1f checkouts/s a storm may end by itself", rate)
	case found == invariant.Violated && rest*2/3 < look:
		return fmt.Sprintf("the load ends before a circuit has looked again, after %s", unit.Duration(look))
	}
	return overloaded(v, found)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
