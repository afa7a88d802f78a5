package invariant

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/history"
)

func TestPredicted(t *testing.T) {
	h := history.History{{Kind: history.Mark, Name: history.Drained}}
	near := func(x, share float64) Theory { return Near(Number{Value: x}, share) }
	for _, c := range []struct {
		unit     string
		theory   Theory
		measured Number
		err      error
		want     Status
		says     string
	}{
		{
			unit: "%", theory: near(0.25, 0.1), measured: Number{Value: 0.249}, want: Holds,
			says: "keys moved: 24.9 %, predicted 25.0 % (± 10 %)",
		},
		{unit: "%", theory: near(0.25, 0.1), measured: Number{Value: 0.28}, want: Violated},
		{unit: "%", theory: near(0.25, 0.1), measured: Number{Value: 0.2}, want: Violated},
		{unit: "×", theory: near(27, 0.1), measured: Number{Value: 26.8}, want: Holds, says: "26.8×, predicted 27×"},
		{unit: "×", theory: AtMost(Number{Value: 1.2}), measured: Number{Value: 1.0}, want: Holds, says: "or less"},
		{unit: "×", theory: AtMost(Number{Value: 1.2}), measured: Number{Value: 1.21}, want: Violated},
		{
			theory: Theory{Number: Number{8, "2³"}}, measured: Number{8, "5 + 3"}, want: Holds,
			says: "keys moved: 5 + 3 = 8, predicted 2³ = 8",
		},
		{theory: Theory{Number: Number{Value: 8}}, measured: Number{Value: 7}, want: Violated},
		{theory: Theory{Number: Number{Value: 60}, Less: 10, More: 20}, measured: Number{Value: 80}, want: Holds},
		{theory: Theory{Number: Number{Value: 60}, Less: 10, More: 20}, measured: Number{Value: 49}, want: Violated},
		{theory: near(1234, 0.1), measured: Number{Value: 1200}, want: Holds, says: "1,200, predicted 1,234 ("},
		{theory: near(1, 0), measured: Number{Value: math.NaN()}, want: Unknown},
		{theory: near(math.NaN(), 0), want: Unknown},
		{theory: near(1, 0), err: errors.New("no keys"), want: Unknown, says: "no keys"},
	} {
		p := Prediction{What: "keys moved", Unit: c.unit, Theory: Constant(c.theory),
			Measure: func(*View) (Number, error) { return c.measured, c.err }}
		f := Predicted("", "", p).Of(h)
		if f.Status != c.want || !strings.Contains(f.Evidence, c.says) {
			t.Errorf("%+v: %+v, want %s %q", c, f, c.want, c.says)
		}
	}
}

func TestSeveralNumbersArePredicted(t *testing.T) {
	number := func(x float64) Prediction {
		return Prediction{
			What: "n", Theory: Constant(Theory{Number: Number{Value: 1}}), Measure: func(*View) (Number, error) {
				return Number{Value: x}, nil
			},
		}
	}
	h := history.History{{Kind: history.Mark, Name: history.Drained}}
	for want, all := range map[Status][]Prediction{
		Holds: {number(1), number(1)}, Violated: {number(1), number(2)}, Unknown: {number(2), number(math.NaN())},
	} {
		if f := Predicted("", "", all...).Of(h); f.Status != want {
			t.Errorf("%+v, want %s", f, want)
		}
	}
}
