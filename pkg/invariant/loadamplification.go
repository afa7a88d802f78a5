package invariant

import (
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// LoadAmplification holds if the operations that f selects cause, on average and in each phase of the case,
// at most bound effects of that name each: calls to a dependency, attempts. With on, only effects of that key
// count: the calls to one of several dependencies. Phases are judged separately, because retries that
// multiply the load for one second of ten would vanish in the average. Operations of any outcome count: a
// failed call is load, too.
func LoadAmplification(f Filter, effect, on string, bound float64) Invariant {
	what := effect
	if on != "" {
		what += " (" + on + ")"
	}
	return Invariant{
		Name:       "load-amplification",
		Claim:      fmt.Sprintf("an operation causes at most %g × %s on average, in every phase", bound, what),
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(f.Operation); lacks {
				return none
			}
			a := amplification{Filter: f, bound: bound, caused: make([]int32, len(v.set.All))}
			for _, o := range v.Select(f) {
				a.asked[v.Phase(o.Invoke.At)]++
			}
			for e := range v.Effects(effect) {
				if on == "" || e.Key == on {
					a.add(v, e)
				}
			}
			return a.finding(v, what)
		},
	}
}

type amplification struct {
	Filter
	bound         float64
	asked, loaded [Outside + 1]int // operations and effects, by phase
	caused        []int32          // effects of each operation of the view
}

// add counts an effect in the phase in which its operation was sent, or, without an operation, in the phase
// in which it happened.
func (a *amplification) add(v *View, e *history.Event) {
	at := e.At
	if e.Op != "" {
		op := v.set.Find(e.Op)
		if op < 0 || !a.concerns(&v.set.All[op]) {
			return
		}
		a.caused[op]++
		at = v.set.All[op].Invoke.At
	}
	a.loaded[v.Phase(at)]++
}

func (a *amplification) finding(v *View, what string) Finding {
	var phases []string
	holds, total := true, 0
	for p := Before; p < Outside; p++ {
		total += a.loaded[p]
		if a.asked[p] == 0 {
			continue
		}
		ratio := float64(a.loaded[p]) / float64(a.asked[p])
		holds = holds && ratio <= a.bound
		phases = append(phases,
			fmt.Sprintf("%s %.2f × (%s for %s)", p, ratio, unit.Count(a.loaded[p]), unit.Count(a.asked[p])))
	}
	if total == 0 {
		return Undecided("no effect %q", what)
	}
	var heavy offenders
	for op, n := range a.caused {
		if float64(n) > a.bound {
			heavy.add(v.set.All[op].Invoke.Op)
		}
	}
	return Found(holds, "%s an operation: %s, limit %g ×", what, strings.Join(phases, ", "), a.bound).Naming(heavy.ids)
}
