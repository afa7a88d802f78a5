package lab

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/invariant"
)

// guardedSpec is a lab whose good design has two guards, of which i and j fall under f.
func guardedSpec() Spec {
	s := sound()
	s.Invariants = append(s.Invariants, invariant.Invariant{Name: "j"}, invariant.Invariant{Name: "k"})
	s.Designs[1].Guards = []Guard{
		{Name: "a", Claim: "c", Falls: Falls{"f": Violated(s.Invariants[0])}},
		{Name: "b", Claim: "c", Falls: Falls{"f": Violated(s.Invariants[1])}},
	}
	s.Designs = append(s.Designs, s.Designs[1].Less(Design{Name: "less", Broken: true}, Guard{Name: "b"}))
	return s
}

func TestExpectedWithoutGuards(t *testing.T) {
	s := guardedSpec()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		design string
		off    []string
		want   [3]invariant.Status // of i, j, k
	}{
		{"good", nil, [3]invariant.Status{"holds", "holds", "holds"}},
		{"good", []string{"a"}, [3]invariant.Status{"violated", "holds", "holds"}},
		{"good", []string{"a", "b"}, [3]invariant.Status{"violated", "violated", ""}},
		{"less", nil, [3]invariant.Status{"holds", "violated", "holds"}},
	} {
		e, ok := s.Expected("f", c.design, c.off...)
		if !ok {
			t.Errorf("%s: nothing is expected", Label(c.design, c.off))
		}
		for n, name := range []string{"i", "j", "k"} {
			if got, _ := e.Of(name); got != c.want[n] {
				t.Errorf("%s: %s expected %q, want %q", Label(c.design, c.off), name, got, c.want[n])
			}
		}
	}
	for _, unknown := range [][]string{{"x"}, {"a", "x"}} {
		if _, ok := s.Expected("f", "good", unknown...); ok {
			t.Errorf("something is expected without %q", unknown)
		}
	}
}

func TestWithoutRefusesWhatIsNotThere(t *testing.T) {
	s := guardedSpec()
	if _, err := s.Designs[2].Without("b"); err == nil { // it is off already
		t.Error("a guard was switched off twice")
	}
	if _, err := s.Designs[1].Without("c"); err == nil || !strings.Contains(err.Error(), "guard c") {
		t.Errorf("%v, want a suggestion", err)
	}
	if got := s.With("b"); !slices.Equal(got, []string{"good"}) {
		t.Errorf("with b: %q", got)
	}
}

// A guard that a design declares and never asks for would be decoration.
func TestAGuardThatNothingAsksForIsRefused(t *testing.T) {
	d := guardedSpec().Designs[1]
	for asks, want := range map[string]string{"a": "guard b", "ab": ""} {
		d.Build = func(b *Builder) {
			for _, name := range strings.Split(asks, "") {
				if !b.Guarded(Guard{Name: name}) {
					t.Errorf("%s is off", name)
				}
			}
		}
		_, err := d.Up(context.Background(), &Env{})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("asking for %q: %v, want %q", asks, err, want)
		}
	}
	off, err := d.Without("a")
	if err != nil {
		t.Fatal(err)
	}
	off.Build = func(b *Builder) {
		if b.Guarded(Guard{Name: "a"}) || !b.Guarded(Guard{Name: "b"}) || !b.Guarded(Guard{Name: "undeclared"}) {
			t.Error("want a off, b on, and what is not declared on")
		}
	}
	if _, err := off.Up(context.Background(), &Env{}); err != nil {
		t.Error(err)
	}
}
