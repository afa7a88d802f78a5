package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// BoundedQueue holds if no sample of a gauge exceeds limit: a queue's depth, a consumer's lag. A sample is an
// effect or a mark of that name. Its N is the gauge's value and its Key names the queue.
func BoundedQueue(sample string, limit int64) Invariant {
	return Invariant{
		Name:       "bounded-queue",
		Claim:      fmt.Sprintf("%s never exceeds %s", sample, unit.Count(limit)),
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(""); lacks {
				return none
			}
			return gauge(v, sample, limit)
		},
	}
}

func gauge(v *View, sample string, limit int64) Finding {
	var samples int
	var over offenders
	var most, first *history.Event
	for i := range v.History {
		e := &v.History[i]
		if e.Name != sample || e.Kind != history.Effect && e.Kind != history.Mark || v.probed(e) {
			continue
		}
		samples++
		if most == nil || e.N > most.N {
			most = e
		}
		if e.N > limit {
			if first == nil {
				first = e
			}
			over.add(e.Op)
		}
	}
	if samples == 0 {
		return Undecided("no samples of %q", sample)
	}
	f := Found(over.n == 0, "%s at most %s at %s%s, limit %s, %s",
		sample, unit.Count(most.N), unit.Duration(most.At), on(most.Key), unit.Count(limit),
		unit.Many(samples, "sample")).Naming(over.ids)
	if over.n > 0 {
		f.Evidence += fmt.Sprintf(", %s above it, first at %s%s", unit.Count(over.n), unit.Duration(first.At), on(first.Key))
	}
	return f
}

// on writes which key, if there is one.
func on(key string) string {
	if key == "" {
		return ""
	}
	return " on " + key
}
