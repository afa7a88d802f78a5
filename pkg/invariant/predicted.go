package invariant

import (
	"fmt"
	"math"

	"github.com/crashlab/crashlab/pkg/history"
)

// Prediction is a number that theory gives and a history shows.
type Prediction struct {
	Name    string                                 // of the invariant
	What    string                                 // what is counted: "keys moved"
	Unit    string                                 // what follows a number: "×"; "%" shows shares in per cent
	Theory  float64                                // what is predicted
	Within  float64                                // tolerance, as a share of Theory
	AtMost  bool                                   // Theory is an upper bound: less is as good
	Measure func(history.History) (float64, error) // an error, or NaN: the history does not say
}

// Predicted holds if what was measured is within the tolerance of what was predicted. Its evidence
// shows both side by side.
func Predicted(p Prediction) Invariant {
	relation := fmt.Sprintf("within %.0f %% of", 100*p.Within)
	if p.AtMost {
		relation = "at most"
	}
	return Invariant{
		Name:  p.Name,
		Claim: fmt.Sprintf("%s: %s %s", p.What, relation, p.show(p.Theory)),
		Check: func(h history.History) Finding {
			if len(h) == 0 {
				return unknown("no events")
			}
			got, err := p.Measure(h)
			if err != nil || math.IsNaN(got) {
				return unknown("%s can't be told: %v", p.What, err)
			}
			status := Violated
			if got <= p.Theory*(1+p.Within) && (p.AtMost || got >= p.Theory*(1-p.Within)) {
				status = Holds
			}
			return Finding{Status: status, Evidence: fmt.Sprintf("%s: %s, predicted %s (%s)", p.What, p.show(got), p.show(p.Theory), p.tolerance())}
		},
	}
}

func (p Prediction) tolerance() string {
	switch {
	case p.AtMost && p.Within == 0:
		return "or less"
	case p.AtMost:
		return fmt.Sprintf("or less, + %.0f %%", 100*p.Within)
	}
	return fmt.Sprintf("± %.0f %%", 100*p.Within)
}

func (p Prediction) show(x float64) string {
	if p.Unit == "%" {
		return fmt.Sprintf("%.1f %%", 100*x)
	}
	return fmt.Sprintf("%.3g%s", x, p.Unit)
}
