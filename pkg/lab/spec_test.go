package lab

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/fault/data"
	"github.com/crashlab/crashlab/pkg/invariant"
)

func sound() Spec {
	return Spec{
		Name: "x", Title: "t", Lesson: "l.", Diagram: "d", README: "r",
		Workload:   Workload{Operation: "op", Rate: 1},
		Faults:     []Fault{{Name: "f"}},
		Invariants: []invariant.Invariant{{Name: "i"}},
		Designs: []Design{
			{Name: "bad", Broken: true},
			{Name: "good"},
		},
		Expect: Expectations{"f": {"bad": Violated(invariant.Invariant{Name: "i"}), "good": AllHold}},
	}
}

func TestValidate(t *testing.T) {
	s := sound()
	if err := s.Validate(); err != nil {
		t.Fatalf("a sound spec: %v", err)
	}
	for want, spoil := range map[string]func(*Spec){
		"must be set":            func(s *Spec) { s.Diagram = "" },
		"the lesson must be":     func(s *Spec) { s.Lesson = strings.Repeat("l", lessonColumns+1) },
		"one sentence":           func(s *Spec) { s.Lesson = "" },
		"a rate above 0":         func(s *Spec) { s.Workload.Rate = 0 },
		"there must be a design": func(s *Spec) { s.Designs = nil },
		"have the name":          func(s *Spec) { s.Faults = append(s.Faults, s.Faults[0]) },
		"can't carry out poison": func(s *Spec) { s.Faults[0].Fault = data.Poison{OneIn: 8} },
		"under fault g":          func(s *Spec) { s.Expect["g"] = map[string]Expectation{"good": AllHold} },
		"of invariant j": func(s *Spec) {
			s.Expect["f"]["good"] = NotJudged("it is not there", invariant.Invariant{Name: "j"})
		},
		"expects nothing under": func(s *Spec) { delete(s.Expect["f"], "good") },
		"an invariant order of its own": func(s *Spec) {
			s.Invariants = append(s.Invariants, invariant.Invariant{Name: "order"})
		},
		"nothing of design good is judged": func(s *Spec) {
			s.Expect["f"]["good"] = NotJudged("it is luck", s.Invariants...)
		},
		"of design other":               func(s *Spec) { s.Expect["f"]["other"] = AllHold },
		"marked broken=true":            func(s *Spec) { s.Designs[1].Broken = true },
		"nothing falls without guard g": func(s *Spec) { s.Designs[1].Guards = []Guard{{Name: "g", Claim: "c"}} },
		"two guards g": func(s *Spec) {
			g := Guard{Name: "g", Claim: "c", Falls: Falls{"f": Violated(s.Invariants...)}}
			s.Designs[1].Guards = []Guard{g, g}
		},
		"no invariant falls": func(s *Spec) {
			s.Designs[1].Guards = []Guard{{Name: "g", Claim: "c", Falls: Falls{"f": AllHold}}}
		},
		"falls under fault z": func(s *Spec) {
			s.Designs[1].Guards = []Guard{{Name: "g", Claim: "c", Falls: Falls{"z": Violated(s.Invariants...)}}}
		},
		"without guard g, which it does not have": func(s *Spec) {
			s.Designs[1] = s.Designs[1].Less(Design{Name: "good"},
				Guard{Name: "g"})
		},
		"needs a name and a claim":           func(s *Spec) { s.Designs[1].Guards = []Guard{{Name: "g"}} },
		"at least one design must break and": func(s *Spec) { s.Designs = s.Designs[1:] },
		"the fault name none is reserved":    func(s *Spec) { s.Faults = append(s.Faults, Fault{Name: None}) },
		"the row does not say why": func(s *Spec) {
			s.Expect[None] = map[string]Expectation{"bad": Violated(s.Invariants...)}
		},
		"a fault must make the difference": func(s *Spec) {
			s.Expect[None] = map[string]Expectation{"bad": Regardless("it is so", s.Invariants...)}
		},
	} {
		s := sound()
		spoil(&s)
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want it to say %q", err, want)
		}
	}
}

// A design that is violated in any case says so in both rows; one without a row for no fault must hold without one.
func TestARowWithoutAFault(t *testing.T) {
	s := sound()
	if e, ok := s.Expected(None, "bad"); !ok || e.breaks() {
		t.Errorf("%+v, %t", e, ok)
	}
	anyway := Regardless("it is so", s.Invariants...)
	s.Expect["f"]["bad"], s.Expect[None] = anyway, map[string]Expectation{"bad": anyway}
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
	if e, _ := s.Expected(None, "bad"); !e.breaks() {
		t.Errorf("%+v", e)
	}
}
