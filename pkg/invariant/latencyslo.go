package invariant

import (
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// LatencySLO holds if the q-quantile (0.99 for the 99th percentile) of the latencies of the operations of
// that name (empty: all) is at most limit. An operation of unknown outcome took at least as long as its
// sender waited. Failed operations don't count: an immediate refusal is not a fast answer.
func LatencySLO(operation string, q float64, limit time.Duration) Invariant {
	return Invariant{
		Name:       "latency-slo",
		Claim:      fmt.Sprintf("p%g of the latency is at most %s", 100*q, unit.Duration(limit)),
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(operation); lacks {
				return none
			}
			return slo(v, operation, q, limit)
		},
	}
}

func slo(v *View, operation string, q float64, limit time.Duration) Finding {
	l, end := newLatencies(), history.End(v.History)
	var slow offenders
	for _, o := range v.Ops(operation) {
		if o.Outcome() == history.Failed {
			continue
		}
		took, ended := o.Latency()
		if !ended {
			took = end - o.Invoke.At
		}
		l.put(took, o.Outcome() == history.OK)
		if took > limit {
			slow.add(o.Invoke.Op)
		}
	}
	if l.n() < fewest {
		return Undecided("%s operations answered, it takes %d", unit.Count(l.n()), fewest)
	}
	f := Finding{Status: l.within(q, limit)}
	f.Evidence = fmt.Sprintf("p50 %s, p%g %s, limit %s, %s of %s slower", l.show(0.5), 100*q, l.show(q),
		unit.Duration(limit), unit.Count(slow.n), unit.Count(l.n()))
	f.Evidence = also(f.Evidence, phrase{l.open, "never answered"})
	if f.Status == Violated {
		f.Ops = slow.ids
	}
	return f
}
