package run

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/crashlab/crashlab/pkg/virtual"
)

// A run is repeated only if the machine may be why nothing is known.
func TestAgain(t *testing.T) {
	of := func(v Verdict, kinds ...Kind) *Result {
		r := &Result{Verdict: v, Time: virtual.RealTime}
		for _, k := range kinds {
			r.Cases = append(r.Cases, Case{Verdict: v, Reason: Reason{Kind: k}})
		}
		return r
	}
	inVirtualTime := of(Unknown, TooBusy)
	inVirtualTime.Time = virtual.VirtualTime
	for name, c := range map[string]struct {
		runs []*Result // the last is repeated
		want int       // attempts
	}{
		"pass":                     {[]*Result{of(Pass)}, 1},
		"fail":                     {[]*Result{of(Fail, Contradicted)}, 1},
		"always busy":              {[]*Result{of(Unknown, TooBusy)}, 3},
		"busy, then quiet":         {[]*Result{of(Unknown, TooBusy), of(Fail, Contradicted)}, 2},
		"not seen to act at first": {[]*Result{of(Unknown, Unproven), of(Pass)}, 2},
		"nothing predicted":        {[]*Result{of(Unknown, Unpredicted)}, 1},
		"one case of two":          {[]*Result{of(Unknown, Unpredicted, TooBusy), of(Unknown, Unpredicted)}, 2},
		"virtual time":             {[]*Result{inVirtualTime}, 1},
	} {
		ran := 0
		r, err := Again(3, func() (*Result, error) {
			ran++
			return c.runs[min(ran, len(c.runs))-1], nil
		})
		if err != nil || ran != c.want || r.Attempts != c.want || r != c.runs[len(c.runs)-1] {
			t.Errorf("%s: %d runs, %+v, %v; want %d", name, ran, r, err, c.want)
		}
	}
}

func TestAgainEndsWithAnError(t *testing.T) {
	broken, ran := errors.New("no stack"), 0
	_, err := Again(3, func() (*Result, error) {
		ran++
		return nil, broken
	})
	if !errors.Is(err, broken) || ran != 1 {
		t.Errorf("%v after %d runs", err, ran)
	}
}

// Scripts read a reason as text, and find none where the verdict is pass.
func TestReasonInJSON(t *testing.T) {
	for text, c := range map[string]Case{
		`"reason":"loss: expected holds, got violated"`: {Reason: Reason{Contradicted, "loss: expected holds, got violated"}},
		"": {},
	} {
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(data, &members); err != nil {
			t.Fatal(err)
		}
		got := ""
		if raw, ok := members["reason"]; ok {
			got = `"reason":` + string(raw)
		}
		var back Case
		if err := json.Unmarshal(data, &back); err != nil || got != text || back.Reason.Text != c.Reason.Text {
			t.Errorf("%s, read back as %q, %v; want %s", got, back.Reason, err, text)
		}
	}
}
