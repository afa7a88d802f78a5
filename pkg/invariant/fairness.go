package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Fairness holds if Jain's index over the keys (tenants) is at least least: (Σx)² ÷ (n·Σx²), where x is the
// served share of a key's operations of that name (empty: all). The index is 1 if all keys fare alike, and
// 1/n if one key gets everything. It compares shares, not counts: a key that requests more may get more.
func Fairness(operation string, least float64) Invariant {
	return Invariant{
		Name:       "fairness",
		Claim:      fmt.Sprintf("Jain's index of the share served, over the keys, is at least %g", least),
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(operation); lacks {
				return none
			}
			return newTenants(v.Ops(operation)).fairness(least)
		},
	}
}

type tenants struct {
	index map[string]int
	all   []tenant // in the order of the history
	ops   Ops
}

type tenant struct {
	key string
	service
}

func newTenants(ops Ops) *tenants {
	t := &tenants{index: map[string]int{}, ops: ops}
	for _, o := range ops {
		at, ok := t.index[o.Invoke.Key]
		if !ok {
			at = len(t.all)
			t.index[o.Invoke.Key] = at
			t.all = append(t.all, tenant{key: o.Invoke.Key})
		}
		t.all[at].add(o)
	}
	return t
}

// jain returns the index if the share luck of each key's open operations counts as served.
func (t *tenants) jain(luck func(tenant) bool) float64 {
	var sum, squares float64
	for _, x := range t.all {
		served := x.served
		if luck(x) {
			served += x.open
		}
		s := float64(served) / float64(x.asked)
		sum += s
		squares += s * s
	}
	if squares == 0 {
		return 1 // no key got anything, all alike
	}
	return sum * sum / (float64(len(t.all)) * squares)
}

func (t *tenants) fairness(least float64) Finding {
	if len(t.all) < 2 {
		return Undecided("%d key: nobody to be fair between", len(t.all))
	}
	mean, worst, open := 0.0, t.all[0], 0
	for _, x := range t.all {
		mean += x.share() / float64(len(t.all))
		open += x.open
		if x.share() < worst.share() {
			worst = x
		}
	}
	// If operations never ended, either the better-off keys were lucky with them or the others.
	wide := t.jain(func(x tenant) bool { return x.share() >= mean })
	narrow := t.jain(func(x tenant) bool { return x.share() < mean })
	f := Finding{Status: Unknown}
	switch lo, hi := min(wide, narrow), max(wide, narrow); {
	case lo >= least:
		f.Status = Holds
	case hi < least:
		f.Status = Violated
		f.Ops = t.slighted(mean)
	}
	f.Evidence = also(fmt.Sprintf("Jain's index %.3f over %s, at least %g wanted; %q fares worst: %s of %s served",
		t.jain(func(tenant) bool {
			return false
		}), unit.Many(len(t.all), "key"), least, worst.key, unit.Count(worst.served), unit.Count(worst.asked)),
		phrase{open, "never ended"})
	return f
}

// slighted lists the unserved operations of the keys below the mean.
func (t *tenants) slighted(mean float64) []string {
	var o offenders
	for _, it := range t.ops {
		if failed, _ := unserved(it); failed && t.all[t.index[it.Invoke.Key]].share() < mean {
			o.add(it.Invoke.Op)
		}
	}
	return o.ids
}
