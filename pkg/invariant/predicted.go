package invariant

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Number is a value and what it comes from.
type Number struct {
	Value float64
	From  string // its derivation, with the history's numbers in it: "7 of 56"; empty: it speaks for itself
}

// Counted is how many there are.
func Counted[T any](all []T) Number { return Number{Value: float64(len(all))} }

// Theory is a number that a formula gives, and by how much a history may miss it.
type Theory struct {
	Number
	Less, More float64 // how far below and above Value what is measured may lie
	Tolerance  string  // Less and More in words; empty: exactly
}

// Near is a theory that holds to within a share of its value.
func Near(n Number, share float64) Theory {
	return Theory{n, share * n.Value, share * n.Value, "± " + unit.Share(share)}
}

// AtMost is a theory that gives an upper bound: less is as good.
func AtMost(n Number) Theory { return Theory{n, math.Inf(1), 0, "or less"} }

// Constant is a theory that no history changes.
func Constant(t Theory) func(*View) (Theory, error) {
	return func(*View) (Theory, error) { return t, nil }
}

// Prediction is a number that theory gives and a history shows. An error of either, or NaN, says that the
// history does not tell.
type Prediction struct {
	What    string // what is counted: "keys moved"
	Unit    string // what follows a number: "×"; "%" shows shares in per cent
	Theory  func(*View) (Theory, error)
	Measure func(*View) (Number, error)
}

// errNone is why a number is NaN: of nothing there is neither a share nor a mean.
var errNone = errors.New("there is none")

// Predicted holds if every number that was measured is what theory predicts. Its evidence shows both side
// by side.
func Predicted(name, claim string, predictions ...Prediction) Invariant {
	return Invariant{Name: name, Claim: claim, Check: func(v *View) Finding {
		holds, evidence := true, make([]string, len(predictions))
		for i, p := range predictions {
			want, err := p.Theory(v)
			if err != nil || math.IsNaN(want.Value) {
				return Undecided("%s can't be predicted: %v", p.What, cmp.Or(err, errNone))
			}
			got, err := p.Measure(v)
			if err != nil || math.IsNaN(got.Value) {
				return Undecided("%s can't be told: %v", p.What, cmp.Or(err, errNone))
			}
			holds = holds && got.Value >= want.Value-want.Less && got.Value <= want.Value+want.More
			evidence[i] = fmt.Sprintf("%s: %s, predicted %s", p.What, p.show(got), p.show(want.Number))
			if want.Tolerance != "" {
				evidence[i] += " (" + want.Tolerance + ")"
			}
		}
		return Found(holds, "%s", strings.Join(evidence, "; "))
	}}
}

func (p Prediction) show(n Number) string {
	value := fmt.Sprintf("%.3g%s", n.Value, p.Unit)
	switch {
	case p.Unit == "%":
		value = fmt.Sprintf("%.1f %%", 100*n.Value)
	case math.Abs(n.Value) >= 100:
		value = unit.Count(int64(math.Round(n.Value))) + p.Unit
	}
	if n.From == "" {
		return value
	}
	return n.From + " = " + value
}
