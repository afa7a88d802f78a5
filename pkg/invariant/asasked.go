package invariant

import (
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// AsAsked holds if every effect of one of these names has its operation's key and its amount, [history.Amount] of the
// operation's ID: nothing changes on its way. [Amounts] judges effects that have another key, such as their branch, and
// what they add up to.
func AsAsked(effects ...string) Invariant {
	return Invariant{
		Name:       "as-asked",
		Claim:      fmt.Sprintf("what is %s has the key and the amount that were asked for", strings.Join(effects, " or ")),
		Safety:     true,
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(""); lacks {
				return none
			}
			return asAsked(v, effects)
		},
	}
}

func asAsked(v *View, effects []string) Finding {
	all, example := 0, ""
	var wrong offenders
	for e := range v.Effects(effects...) {
		o, amount := v.Op(e), history.Amount(e.Op)
		if o == nil {
			continue // [Conservation] counts what nobody asked for
		}
		all++
		if e.Key == o.Invoke.Key && e.N == amount {
			continue
		}
		if wrong.n == 0 {
			example = fmt.Sprintf("; first %s: %s %d of %q instead of %d of %q", e.Op, e.Name, e.N, e.Key, amount, o.Invoke.Key)
		}
		wrong.add(e.Op)
	}
	if all == 0 {
		return Undecided("nothing is %s", strings.Join(effects, " or "))
	}
	return Found(wrong.n == 0, "%s, %s of another key or amount than asked%s", unit.Many(all, "effect"),
		unit.Count(wrong.n), example).Naming(wrong.ids)
}
