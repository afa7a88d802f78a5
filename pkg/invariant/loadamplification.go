package invariant

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// LoadAmplification holds if the operations that f selects cause, on average and in each phase of the case,
// at most bound effects of that name each, and burst more in all: calls to a dependency, attempts. A retry budget
// saves up a burst. With on, only effects of that key count: the calls to one of several dependencies. Phases
// are judged separately, because retries that multiply the load for one second of ten would vanish in the
// average. An operation in progress when the fault comes counts as during. Operations of any outcome count: a
// failed call is load, too.
func LoadAmplification(f Filter, effect, on string, bound, burst float64) Invariant {
	what := effect
	if on != "" {
		what += " (" + on + ")"
	}
	limit, more := fmt.Sprintf("%g ×", bound), ""
	if burst > 0 {
		limit += fmt.Sprintf(" + %g", burst)
		more = fmt.Sprintf(" and %g more", burst)
	}
	return Invariant{
		Name:       "load-amplification",
		Claim:      fmt.Sprintf("an operation causes at most %g × %s on average%s, in every phase", bound, what, more),
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(f.Operation); lacks {
				return none
			}
			a := amplification{Filter: f, bound: bound, burst: burst, caused: make([]int32, len(v.set.All))}
			for _, o := range v.Select(f) {
				a.asked[met(v, o)]++
			}
			for e := range v.Effects(effect) {
				if on == "" || e.Key == on {
					a.add(v, e)
				}
			}
			return a.finding(v, what, limit)
		},
	}
}

type amplification struct {
	Filter
	bound, burst  float64
	asked, loaded [Outside + 1]int // operations and effects, by phase
	caused        []int32          // effects of each operation of the view
}

// add counts an effect in the phase that its operation met, or, without an operation, in the phase in which it
// happened.
func (a *amplification) add(v *View, e *history.Event) {
	phase := v.Phase(e.At)
	if e.Op != "" {
		op := v.set.Find(e.Op)
		if op < 0 || !a.concerns(&v.set.All[op]) {
			return
		}
		a.caused[op]++
		phase = met(v, &v.set.All[op])
	}
	a.loaded[phase]++
}

// met returns the phase that an operation met; one that never ended met what came.
func met(v *View, o *history.Operation) Phase {
	ended := time.Duration(math.MaxInt64)
	if o.End != nil {
		ended = o.End.At
	}
	return v.Met(o.Invoke.At, ended)
}

func (a *amplification) finding(v *View, what, limit string) Finding {
	var phases []string
	holds, total := true, 0
	for p := Before; p < Outside; p++ {
		total += a.loaded[p]
		if a.asked[p] == 0 {
			continue
		}
		ratio := float64(a.loaded[p]) / float64(a.asked[p])
		holds = holds && float64(a.loaded[p]) <= a.bound*float64(a.asked[p])+a.burst
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
	return Found(holds, "%s an operation: %s, limit %s", what, strings.Join(phases, ", "), limit).Naming(heavy.ids)
}
