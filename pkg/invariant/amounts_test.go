package invariant

import (
	"testing"

	"github.com/crashlab/crashlab/pkg/history"
)

func TestAmounts(t *testing.T) {
	a, probe := history.Amount("a"), history.Amount("p")
	ledger := func(applied, balance int64, more ...history.Event) history.History {
		return append(history.History{
			{Kind: history.Invoke, Op: "a", Name: "pay", Key: "k"},
			{Kind: history.OK, Op: "a", Name: "pay", Key: "k"},
			{Kind: history.Effect, Op: "a", Name: "done", Key: "billing", N: applied},
			{Kind: history.Effect, Name: "balance", Key: "k", N: balance},
		}, more...)
	}
	for name, c := range map[string]struct {
		h    history.History
		want Status
	}{
		"what was asked":            {ledger(a, a), Holds},
		"twice the amount":          {ledger(2*a, 2*a), Violated},
		"a balance that stays at 0": {ledger(a, 0), Violated},
		"a balance of nobody's": {ledger(a, a, history.Event{Kind: history.Effect, Name: "balance", Key: "x", N: 5}),
			Violated},
		"an effect lost by the balance": {ledger(a, a, history.Event{Kind: history.Effect, Op: "a", Name: "done", N: a}),
			Violated},
		"a probe has an account of its own": {ledger(a, a,
			history.Event{Kind: history.Invoke, Op: "p", Name: "pay", Key: "warm-up", By: history.Canary},
			history.Event{Kind: history.OK, Op: "p", Name: "pay", Key: "warm-up", By: history.Canary},
			history.Event{Kind: history.Effect, Op: "p", Name: "done", N: probe},
			history.Event{Kind: history.Effect, Name: "balance", Key: "warm-up", N: probe}), Holds},
		"nothing was done": {ledger(a, a)[:2], Unknown},
	} {
		if f := Amounts(Flow{Operation: "pay"}, "balance").Of(c.h); f.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", name, f.Status, c.want, f.Evidence)
		}
	}
}
