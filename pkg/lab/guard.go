package lab

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/nearest"
)

// Guard is one mechanism that a sound design rests on. It can be switched off by name, and then what it guards
// falls: that is why it is there.
type Guard struct {
	Name  string // "circuit-breaker"; what users type
	Claim string // one clause of at most 100 columns: what it does for the design; required
	// Falls is what is expected of the design without it, by fault. At least one invariant is violated under each
	// of these faults. Under any other nothing is predicted.
	Falls Falls
}

// Falls is what falls without a guard, by fault.
type Falls map[string]Expectation

// Less returns the design called as in as: what d is without these guards. Unlike a variant ([Design.Without]) it is
// a design of its own, listed in the lab and run by default; the guards that are left can't be switched off. From as
// it takes the name, the summary, whether it is broken, and the cost if there is one.
func (d Design) Less(as Design, guards ...Guard) Design {
	d.off = nil
	for _, g := range guards {
		d.off = append(d.off, g.Name)
	}
	d.Name, d.Summary, d.Broken = as.Name, as.Summary, as.Broken
	d.Cost = cmp.Or(as.Cost, d.Cost)
	return d
}

// Without returns the variant of the design with these guards off. It fails for a guard that the design does not
// have.
func (d Design) Without(guards ...string) (Design, error) {
	for _, name := range guards {
		switch there := d.GuardNames(); {
		case len(there) == 0:
			return d, fmt.Errorf("design %s has no guard that can be switched off", d.Name)
		case !slices.Contains(there, name):
			return d, fmt.Errorf("design %s has no guard %s; %s", d.Name, name, nearest.Suggest(name, there))
		}
	}
	d.without = guards
	return d, nil
}

// Variants returns the design with one guard off at a time: each guard that falls under the fault.
func (d Design) Variants(fault string) (variants []Design) {
	for _, g := range d.Guards {
		if _, falls := g.Falls[fault]; falls && len(d.off) == 0 {
			d.without = []string{g.Name}
			variants = append(variants, d)
		}
	}
	return variants
}

// Off returns the guards that a variant of a design has switched off.
func (d Design) Off() []string { return d.without }

// GuardNames returns the names of the guards that can be switched off.
func (d Design) GuardNames() (names []string) {
	if len(d.off) > 0 {
		return nil
	}
	for _, g := range d.Guards {
		names = append(names, g.Name)
	}
	return names
}

func (d Design) guard(name string) *Guard {
	for n := range d.Guards {
		if d.Guards[n].Name == name {
			return &d.Guards[n]
		}
	}
	return nil
}

// Label names a design with the guards that are off: "breaker without circuit-breaker".
func Label(design string, off []string) string {
	if len(off) == 0 {
		return design
	}
	return design + " without " + strings.Join(off, ", ")
}

// falls returns what is expected of the variant under the fault. With several guards off, all that falls without
// either is expected to fall, and nothing more is predicted.
func (d Design) falls(fault string) (Expectation, bool) {
	var sum Expectation
	for _, name := range d.without {
		e, ok := d.guard(name).Falls[fault]
		switch {
		case !ok:
		case len(d.without) == 1:
			return e, true
		default:
			sum = sum.Except(Violated(e.violated()...))
		}
	}
	sum.alone = len(sum.exceptions) > 0
	return sum, sum.alone
}

// Guarded reports whether the guard is on. A design that does not declare it has it for good.
func (b *Builder) Guarded(g Guard) bool {
	b.asked = append(b.asked, g.Name)
	return !slices.Contains(b.design.off, g.Name) && !slices.Contains(b.design.without, g.Name)
}

// unasked returns an error for a guard that the design declares and did not ask for when it was built: switching
// it off would change nothing.
func (b *Builder) unasked() error {
	for _, g := range b.design.Guards {
		if !slices.Contains(b.asked, g.Name) {
			return fmt.Errorf("design %s declares guard %s, and nothing in it asks for it", b.design.Name, g.Name)
		}
	}
	return nil
}

// validateGuards checks the guards of all designs: they have distinct names and a claim, and something falls
// without each.
func (s *Spec) validateGuards(bad func(format string, args ...any), faults, invariants map[string]bool) {
	for _, d := range s.Designs {
		seen := map[string]bool{}
		for _, g := range d.Guards {
			switch {
			case g.Name == "" || g.Claim == "" || len([]rune(g.Claim)) > lessonColumns:
				bad("a guard of design %s needs a name and a claim of at most %d columns", d.Name, lessonColumns)
			case seen[g.Name]:
				bad("design %s has two guards %s", d.Name, g.Name)
			case len(g.Falls) == 0:
				bad("nothing falls without guard %s of design %s, so nothing shows why it is there", g.Name, d.Name)
			}
			seen[g.Name] = true
			for _, f := range slices.Sorted(maps.Keys(g.Falls)) {
				if !faults[f] {
					bad("guard %s of design %s falls under fault %s, which the lab does not have", g.Name, d.Name, f)
				}
				if !g.Falls[f].breaks() {
					bad("guard %s of design %s: no invariant falls under fault %s", g.Name, d.Name, f)
				}
				for name := range g.Falls[f].exceptions {
					if !invariants[name] {
						bad("guard %s of design %s has expectations of invariant %s, which the lab does not have", g.Name, d.Name, name)
					}
				}
			}
		}
		for _, name := range d.off {
			if !seen[name] {
				bad("design %s is without guard %s, which it does not have", d.Name, name)
			}
		}
	}
}

// Guards returns the guards of the lab's designs that can be switched off, each once.
func (s *Spec) Guards() (guards []Guard) {
	seen := map[string]bool{}
	for _, d := range s.Designs {
		for _, name := range d.GuardNames() {
			if !seen[name] {
				guards = append(guards, *d.guard(name))
			}
			seen[name] = true
		}
	}
	return guards
}

// With returns the names of the designs that have the guard.
func (s *Spec) With(guard string) (designs []string) {
	for _, d := range s.Designs {
		if slices.Contains(d.GuardNames(), guard) {
			designs = append(designs, d.Name)
		}
	}
	return designs
}

// FallsUnder returns the names of the lab's faults under which something falls without the guard, in their order.
func (s *Spec) FallsUnder(guard string) (faults []string) {
	for _, f := range s.Faults {
		if slices.ContainsFunc(s.Designs, func(d Design) bool {
			g := d.guard(guard)
			return g != nil && len(g.Falls[f.Name].exceptions) > 0
		}) {
			faults = append(faults, f.Name)
		}
	}
	return faults
}

// violated returns the invariants that are expected to be violated, by name alone.
func (e Expectation) violated() (these []invariant.Invariant) {
	for _, name := range slices.Sorted(maps.Keys(e.exceptions)) {
		if e.exceptions[name].status == invariant.Violated {
			these = append(these, invariant.Invariant{Name: name})
		}
	}
	return these
}
