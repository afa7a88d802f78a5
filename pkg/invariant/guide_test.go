package invariant_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/crashlab/crashlab/pkg/guidetest"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// receipts holds if every order that was answered has its receipt.
var receipts = invariant.Invariant{
	Name:   "receipts",
	Claim:  "every order that was answered has its receipt",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		orders, issued := v.Ops("order").Served(), v.Caused("receipt", "")
		if len(orders) == 0 {
			return invariant.Undecided("no order was answered")
		}
		lacking := orders.Where(func(o *history.Operation) bool { return issued[o] == 0 })
		if len(lacking) > 0 && !v.Complete {
			return invariant.Undecided("the history ends early, and %s may still come", unit.Many(len(lacking), "receipt"))
		}
		answered := unit.Many(len(orders), "order")
		return invariant.Found(len(lacking) == 0, "%s answered, %d without receipt", answered, len(lacking)).
			Naming(lacking.IDs())
	},
}

// oneEach holds if there are as many receipts as orders.
var oneEach = invariant.Predicted("one-each", "an order has one receipt", invariant.Prediction{
	What: "receipts",
	Theory: func(v *invariant.View) (invariant.Theory, error) {
		orders := v.Ops("order")
		unknown := len(orders) - len(orders.Served())
		return invariant.Theory{
			Number:    invariant.Counted(orders.Served()),
			More:      float64(unknown),
			Tolerance: unit.Many(unknown, "order") + " may have one or not",
		}, nil
	},
	Measure: func(v *invariant.View) (invariant.Number, error) {
		return invariant.Counted(slices.Collect(v.Effects("receipt"))), nil
	},
})

// The guide's invariants hold on one history, are violated by another, and are undecided on an empty one.
func Example_guide() {
	answered := func(op string) history.History {
		return history.History{{Kind: history.Invoke, Op: op, Name: "order"}, {Kind: history.OK, Op: op}}
	}
	lost := history.History{{Kind: history.Invoke, Op: "b", Name: "order"}, {Kind: history.Unknown, Op: "b"}}
	receipt := func(op string) history.Event {
		return history.Event{Kind: history.Effect, Op: op, Name: "receipt"}
	}
	ok := append(slices.Concat(answered("a"), lost), receipt("a"), receipt("b"))
	bad := slices.Concat(answered("a"), lost, answered("c"), slices.Repeat([]history.Event{receipt("a")}, 4))
	for _, h := range []history.History{ok, bad, nil} {
		for _, inv := range []invariant.Invariant{receipts, oneEach} {
			f := inv.Of(h)
			fmt.Println(f.Status, f.Ops, f.Evidence)
		}
	}
	// Output:
	// holds [] 1 order answered, 0 without receipt
	// holds [] receipts: 2, predicted 1 (1 order may have one or not)
	// violated [c] 2 orders answered, 1 without receipt
	// violated [] receipts: 4, predicted 2 (1 order may have one or not)
	// unknown [] no operations
	// unknown [] no operations
}

func TestTheGuidesCodeIsTried(t *testing.T) {
	if blocks := guidetest.Tried(t, "README.md", "../..", "guide_test.go"); blocks != 2 {
		t.Errorf("%d blocks of code", blocks)
	}
}
