package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// BoundedQueue holds if no sample of a gauge exceeds limit: a queue's depth, a consumer's lag. A
// sample is an effect or a mark of that name whose N is the gauge's value and whose Key says which
// queue.
func BoundedQueue(sample string, limit int64) Invariant {
	return Invariant{
		Name:  "bounded-queue",
		Claim: fmt.Sprintf("%s never exceeds %s", sample, unit.Count(limit)),
		Check: func(h history.History) Finding {
			if set, none := operations(h, ""); set == nil {
				return none
			}
			return gauge(h, sample, limit)
		},
	}
}

func gauge(h history.History, sample string, limit int64) Finding {
	var samples int
	var over offenders
	var most, first *history.Event
	for i := range h {
		e := &h[i]
		if e.Name != sample || e.Kind != history.Effect && e.Kind != history.Mark {
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
		return unknown("no samples of %q", sample)
	}
	f := Finding{Status: Holds, Ops: over.ids, Evidence: fmt.Sprintf("%s at most %s at %s%s, limit %s, %s",
		sample, unit.Count(most.N), unit.Duration(most.At), on(most.Key), unit.Count(limit), unit.Many(samples, "sample"))}
	if over.n > 0 {
		f.Status = Violated
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
