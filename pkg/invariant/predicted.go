package invariant

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Number is a value and its derivation.
type Number struct {
	Value float64
	From  string // its derivation, with the history's numbers in it: "7 of 56"; empty: it speaks for itself
}

// Counted is the number of elements.
func Counted[T any](all []T) Number { return Number{Value: float64(len(all))} }

// Theory is a number from a formula, and by how much a history may deviate from it.
type Theory struct {
	Number
	Less, More float64 // how far below and above Value the measurement may lie
	Tolerance  string  // Less and More in words; empty: exactly
}

// Near is a theory that holds to within a share of its value.
func Near(n Number, share float64) Theory {
	return Theory{n, share * n.Value, share * n.Value, "± " + unit.Share(share)}
}

// AtMost is a theory that gives an upper bound: less is as good.
func AtMost(n Number) Theory { return Theory{n, math.Inf(1), 0, "or less"} }

// Constant is a theory that does not depend on the history.
func Constant(t Theory) func(*View) (Theory, error) {
	return func(*View) (Theory, error) { return t, nil }
}

// Prediction is a number in theory and in a history. An error of either, or NaN, means that the history does
// not tell.
type Prediction struct {
	What    string // what is counted: "keys moved"
	Unit    string // the unit of a number: "×"; "%" shows shares in percent
	Theory  func(*View) (Theory, error)
	Measure func(*View) (Number, error)
}

// errNone is why a number is NaN: no values have neither a share nor a mean.
var errNone = errors.New("there is none")

// Predicted holds if every measured number is what theory predicts. Its evidence shows both side by side.
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
