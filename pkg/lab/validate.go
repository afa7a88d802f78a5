package lab

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/crashlab/crashlab/pkg/invariant"
)

// lessonColumns is what fits on a line of the report.
const lessonColumns = 100

// Validate returns everything that is missing or contradictory in the spec, joined: what must be
// set, names used twice, faults that the lab can't carry out, expectations of faults or invariants that
// the lab does not have, and a signature fault under which no design breaks or none holds.
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
		if err := s.canCarryOut(f.Fault); err != nil {
			bad("fault %s: %w", f.Name, err)
		}
	}
	for _, i := range s.Invariants {
		once(invariants, "invariant", i.Name)
	}
	signature := s.Faults[0].Name
	broken, sound := 0, 0
	for _, d := range s.Designs {
		once(designs, "design", d.Name)
		for f, expect := range d.Expect {
			if !faults[f] {
				bad("design %s has expectations under fault %s, which the lab does not have", d.Name, f)
			}
			for name := range expect {
				if !invariants[name] {
					bad("design %s has expectations of invariant %s, which the lab does not have", d.Name, name)
				}
			}
		}
		for _, f := range s.Faults {
			if len(d.Expect[f.Name]) == 0 {
				bad("design %s expects nothing under fault %s", d.Name, f.Name)
			}
		}
		breaks := d.Expect[signature].breaks()
		if breaks != d.Broken {
			bad("design %s is marked broken=%v, but its expectations under %s say otherwise", d.Name, d.Broken, signature)
		}
		if breaks {
			broken++
		} else {
			sound++
		}
	}
	if broken == 0 || sound == 0 {
		bad("under %s at least one design must break and one must hold", signature)
	}
	return errors.Join(errs...)
}

func (e Expectation) breaks() bool {
	for _, status := range e {
		if status == invariant.Violated {
			return true
		}
	}
	return false
}
