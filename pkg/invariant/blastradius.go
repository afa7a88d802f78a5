package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// BlastRadius holds if, among the operations of that name (empty: all) invoked while the fault was on,
// at most the share keys of the keys (tenants) had any that went unserved, and at most the share
// requests of all did. Shares are from 0 to 1. Without a fault the whole history counts.
func BlastRadius(operation string, keys, requests float64) Invariant {
	return Invariant{
		Name:  "blast-radius",
		Claim: fmt.Sprintf("the fault reaches at most %s of the keys and %s of the requests", unit.Share(keys), unit.Share(requests)),
		Check: func(h history.History) Finding {
			set, none := operations(h, operation)
			if set == nil {
				return none
			}
			b := blast{hit: map[string]bool{}, maybe: map[string]bool{}}
			b.add(set.All, operation, phasesOf(h))
			return b.finding(keys, requests)
		},
	}
}

type blast struct {
	hit, maybe               map[string]bool // keys seen, and whether any of theirs went, or may have gone, unserved
	requests, unserved, open int
	victims                  offenders
}

func (b *blast) add(ops []history.Operation, operation string, p phases) {
	for o := range named(ops, operation) {
		if phase := p.of(o.Invoke.At); phase == outsideLoad || p.faulty && phase != duringFault {
			continue
		}
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
}

func (b *blast) finding(keys, requests float64) Finding {
	if b.requests == 0 {
		return unknown("no operations during the fault")
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
		f.Ops = b.victims.ids
	}
	f.Evidence = also(fmt.Sprintf("%s of %s keys (%s, limit %s) and %s of %s requests (%s, limit %s) unserved",
		unit.Count(hit), unit.Count(len(b.hit)), unit.Percent(hit, len(b.hit)), unit.Share(keys),
		unit.Count(b.unserved), unit.Count(b.requests), unit.Percent(b.unserved, b.requests), unit.Share(requests)),
		phrase{b.open, "requests never ended"})
	return f
}

func tally(m map[string]bool) (n int) {
	for _, yes := range m {
		if yes {
			n++
		}
	}
	return n
}
