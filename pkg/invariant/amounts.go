package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// Amounts holds if every operation of f that took effect did so with its own amount, [history.Amount] of its ID:
// the N of each done. If balance is not empty, the effect of that name says what each key's account holds in the
// end, and it must be the sum of the amounts that were done on it; an account without one holds nothing.
//
// To count effects is not enough: a ledger that charges twice the amount has the right number of them.
func Amounts(f Flow, balance string) Invariant {
	claim := "every effect has the amount that was asked for"
	if balance != "" {
		claim += ", and every balance is the sum of what was applied"
	}
	return Invariant{
		Name:       "amounts",
		Claim:      claim,
		Safety:     true,
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(f.Operation); lacks {
				return none
			}
			return amounts(v, f.named(), balance)
		},
	}
}

func amounts(v *View, f Flow, balance string) Finding {
	var effects, sum int64
	var wrong offenders
	example, left := "", map[string]int64{} // by account: what it holds beyond what was applied to it
	for e := range v.Effects(f.Done, balance) {
		o := v.Op(e)
		switch {
		case e.Name != f.Done:
			left[e.Key] += e.N
		case o != nil && is(o, f.Operation):
			left[o.Invoke.Key] -= e.N
			effects++
			sum += e.N
			if want := history.Amount(e.Op); e.N != want {
				if wrong.n == 0 {
					example = fmt.Sprintf("; first %s: %d instead of %d", e.Op, e.N, want)
				}
				wrong.add(e.Op)
			}
		}
	}
	if effects == 0 {
		return Undecided("no effect %q", f.Done)
	}
	text := fmt.Sprintf("%s of %s cents, %s of another amount than asked", unit.Many(int(effects), "effect"),
		unit.Count(int(sum)), unit.Count(wrong.n))
	off := 0
	if balance != "" {
		off = unbalanced(v, left)
		text += fmt.Sprintf("; %s, %s off", unit.Many(len(left), "balance"), unit.Count(off))
	}
	return Found(wrong.n+off == 0, "%s", text+example).Naming(wrong.ids)
}

// unbalanced leaves out the accounts of the runner's probes and returns how many of the others are off.
func unbalanced(v *View, left map[string]int64) (off int) {
	for i := range v.set.All {
		if o := &v.set.All[i]; probe(o) {
			delete(left, o.Invoke.Key)
		}
	}
	for _, cents := range left {
		if cents != 0 {
			off++
		}
	}
	return off
}
