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
	for _, c := range []struct {
		p        Prediction
		measured float64
		err      error
		want     Status
		says     string
	}{
		{p: Prediction{Unit: "%", Theory: 0.25, Within: 0.1}, measured: 0.249, want: Holds, says: "24.9 %, predicted 25.0 % (± 10 %)"},
		{p: Prediction{Unit: "%", Theory: 0.25, Within: 0.1}, measured: 0.28, want: Violated},
		{p: Prediction{Unit: "%", Theory: 0.25, Within: 0.1}, measured: 0.2, want: Violated},
		{p: Prediction{Unit: "×", Theory: 27, Within: 0.1}, measured: 26.8, want: Holds, says: "26.8×, predicted 27×"},
		{p: Prediction{Unit: "×", Theory: 1.2, AtMost: true}, measured: 1.0, want: Holds, says: "or less"},
		{p: Prediction{Unit: "×", Theory: 1.2, AtMost: true}, measured: 1.21, want: Violated},
		{p: Prediction{Theory: 1}, measured: math.NaN(), want: Unknown},
		{p: Prediction{Theory: 1}, err: errors.New("no keys"), want: Unknown, says: "no keys"},
	} {
		c.p.Measure = func(history.History) (float64, error) { return c.measured, c.err }
		f := Predicted(c.p).Check(h)
		if f.Status != c.want || !strings.Contains(f.Evidence, c.says) {
			t.Errorf("%+v: %+v, want %s %q", c, f, c.want, c.says)
		}
	}
	if f := Predicted(Prediction{Measure: func(history.History) (float64, error) { return 0, nil }}).Check(nil); f.Status != Unknown {
		t.Errorf("an empty history: %+v, want unknown", f)
	}
}
