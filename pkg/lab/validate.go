package lab

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/crashlab/crashlab/pkg/invariant"
)

// lessonColumns is what fits on a line of the report.
const lessonColumns = 100

// Validate returns everything that is missing or contradictory in the spec, joined: missing fields, duplicate
// names, invariants of the lab's own under a registry's name, faults that the lab can't carry out, expectations
// for unknown faults or invariants, a design of which nothing is judged, a signature fault under which no design
// breaks or none holds, a fault that makes no difference, and a guard without which nothing falls.
func (s *Spec) Validate() error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("lab %s: "+format, append([]any{s.Name}, args...)...))
	}

	if s.Name == "" || s.Title == "" || s.Diagram == "" || s.README == "" {
		bad("name, title, diagram and README must be set")
	}
	if n := utf8.RuneCountInString(s.Lesson); n == 0 || n > lessonColumns {
		bad("the lesson must be one sentence of at most %d columns, not %d", lessonColumns, n)
	}
	if s.Workload.Operation == "" || s.Workload.Rate <= 0 {
		bad("the workload needs the operation's name and a rate above 0")
	}
	for n, k := range s.Workload.Mix {
		if k.Weight <= 0 || n == 0 && k.During != "" {
			bad("kind %d of the mix needs a weight above 0, and the first one goes out at any time", n+1)
		}
		if k.Extra && k.During == "" {
			bad("kind %d of the mix is extra traffic, which needs a switch", n+1)
		}
	}
	if len(s.Faults) == 0 || len(s.Designs) == 0 || len(s.Invariants) == 0 {
		bad("there must be a design, a fault and an invariant")
		return errors.Join(errs...)
	}
	faults, invariants, designs := map[string]bool{}, map[string]bool{}, map[string]bool{}
	once := func(seen map[string]bool, what, name string) {
		if seen[name] {
			bad("two %ss have the name %s", what, name)
		}
		seen[name] = true
	}
	for _, f := range s.Faults {
		once(faults, "fault", f.Name)
		if f.Name == None {
			bad("the fault name %s is reserved: every lab can be run without a fault", None)
		}
		if err := s.canCarryOut(f.Fault); err != nil {
			bad("fault %s: %w", f.Name, err)
		}
	}
	for _, i := range s.Invariants {
		once(invariants, "invariant", i.Name)
		if !i.Registered() && slices.ContainsFunc(invariant.All, func(c invariant.Checker) bool { return c.Name == i.Name }) {
			bad("it has an invariant %s of its own; use the registry's of that name, or another name", i.Name)
		}
	}
	for _, d := range s.Designs {
		once(designs, "design", d.Name)
	}
	s.validateExpectations(bad, faults, designs, invariants)
	s.validateGuards(bad, faults, invariants)
	return errors.Join(errs...)
}

// validateExpectations checks the table of expectations: it has exactly a row for every fault and a column
// for every design, and under the signature fault a design breaks and another holds.
func (s *Spec) validateExpectations(bad func(format string, args ...any), faults, designs, invariants map[string]bool) {
	for f, row := range s.Expect {
		if !faults[f] && f != None {
			bad("there are expectations under fault %s, which the lab does not have", f)
		}
		for d, e := range row {
			if !designs[d] {
				bad("there are expectations of design %s under fault %s, which the lab does not have", d, f)
			}
			for name, x := range e.exceptions {
				if f == None && x.status == invariant.Violated && x.why == "" {
					bad("design %s violates %s without a fault, and the row does not say why; use Regardless", d, name)
				}
				if !invariants[name] {
					bad("design %s has expectations of invariant %s, which the lab does not have", d, name)
				}
			}
		}
	}
	broken, sound := 0, 0
	for _, d := range s.Designs {
		none, _ := s.Expected(None, d.Name)
		for n, f := range s.Faults {
			e, ok := s.Expected(f.Name, d.Name)
			switch {
			case !ok:
				bad("design %s expects nothing under fault %s", d.Name, f.Name)
			case n > 0 && e.absent != "":
			case !s.judges(e):
				bad("nothing of design %s is judged under fault %s, which proves nothing", d.Name, f.Name)
			case !e.makesADifference(none):
				bad("design %s violates under fault %s only what it violates without: a fault must make the difference",
					d.Name, f.Name)
			case n > 0:
			case e.breaks() != d.Broken:
				bad("design %s is marked broken=%v, but its expectations under %s say otherwise", d.Name, d.Broken, f.Name)
			case d.Broken:
				broken++
			default:
				sound++
			}
		}
	}
	if broken == 0 || sound == 0 {
		bad("under %s at least one design must break and one must hold", s.Faults[0].Name)
	}
}

// judges reports whether at least one of the invariants is expected to say something.
func (s *Spec) judges(e Expectation) bool {
	return slices.ContainsFunc(s.Invariants, func(i invariant.Invariant) bool {
		expected, _ := e.Of(i.Name)
		return expected != ""
	})
}
