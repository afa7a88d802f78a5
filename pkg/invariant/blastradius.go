package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// BlastRadius holds if at most the share keys of the keys (tenants) had any unserved operation, and at most
// the share requests of all operations were unserved. It judges the operations that f selects and that were
// invoked while the fault was active; without a fault, the whole load. Shares are from 0 to 1. all lists the
// keys: a key without a request then counts as served. Without a list, the keys of the operations count.
func BlastRadius(f Filter, all []string, keys, requests float64) Invariant {
	return Invariant{
		Name: "blast-radius",
		Claim: fmt.Sprintf("the fault reaches at most %s of the keys and %s of the requests", unit.Share(keys),
			unit.Share(requests)),
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(f.Operation); lacks {
				return none
			}
			b := blast{hit: map[string]bool{}, maybe: map[string]bool{}}
			for _, key := range all {
				b.hit[key], b.maybe[key] = false, false
			}
			during := v.During()
			if !v.Faulty {
				during = v.Load
			}
			for _, o := range v.Select(f).In(during) {
				b.add(o)
			}
			return b.finding(keys, requests)
		},
	}
}

type blast struct {
	hit, maybe               map[string]bool // keys seen, and whether any of theirs went, or may have gone, unserved
	requests, unserved, open int
	victims                  offenders
}

func (b *blast) add(o *history.Operation) {
	b.requests++
	failed, open := unserved(o)
	if open {
		b.open++
	}
	if failed {
		b.unserved++
		b.victims.add(o.Invoke.Op)
	}
	key := o.Invoke.Key
	b.hit[key] = b.hit[key] || failed
	b.maybe[key] = b.maybe[key] || failed || open
}

func (b *blast) finding(keys, requests float64) Finding {
	if b.requests == 0 {
		return Undecided("no operations during the fault")
	}
	hit, maybe := tally(b.hit), tally(b.maybe)
	within := func(keysHit, unserved int) bool {
		return float64(keysHit) <= keys*float64(len(b.hit)) && float64(unserved) <= requests*float64(b.requests)
	}
	f := Finding{Status: Unknown}
	switch {
	case within(maybe, b.unserved+b.open):
		f.Status = Holds
	case !within(hit, b.unserved):
		f.Status = Violated
	}
	f.Evidence = also(fmt.Sprintf("%s of %s keys (%s, limit %s) and %s of %s requests (%s, limit %s) unserved",
		unit.Count(hit), unit.Count(len(b.hit)), unit.Percent(hit, len(b.hit)), unit.Share(keys),
		unit.Count(b.unserved), unit.Count(b.requests), unit.Percent(b.unserved, b.requests), unit.Share(requests)),
		phrase{b.open, "requests never ended"})
	return f.Naming(b.victims.ids)
}

func tally(m map[string]bool) (n int) {
	for _, yes := range m {
		if yes {
			n++
		}
	}
	return n
}
