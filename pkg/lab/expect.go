package lab

import (
	"maps"

	"github.com/crashlab/crashlab/pkg/invariant"
)

// Expectations is what a lab predicts, by fault and then by design.
type Expectations map[string]map[string]Expectation

// Expectation is what a lab predicts for a design under a fault: all invariants hold, with exceptions. Its
// zero value, [AllHold], has none.
type Expectation struct {
	exceptions map[string]exception
	alone      bool   // of invariants that are no exceptions nothing is predicted
	absent     string // why the design has nothing that the fault could act on
}

type exception struct {
	status invariant.Status // empty if it is not judged
	why    string           // it is not, or is violated regardless of the fault
}

// AllHold expects every invariant of the lab to hold.
var AllHold Expectation

// Violated expects these invariants to be violated, and all others to hold.
func Violated(these ...invariant.Invariant) Expectation {
	e := Expectation{exceptions: map[string]exception{}}
	for _, inv := range these {
		e.exceptions[inv.Name] = exception{status: invariant.Violated}
	}
	return e
}

// Regardless expects these invariants to be violated under the fault as without it, because of why, and all others to
// hold. A design's row under [None] needs it for every violation; so does a row under a fault that makes no difference.
func Regardless(why string, these ...invariant.Invariant) Expectation {
	e := Violated(these...)
	for name := range e.exceptions {
		e.exceptions[name] = exception{status: invariant.Violated, why: why}
	}
	return e
}

// NotJudged expects nothing of these invariants, because of why, and all others to hold.
func NotJudged(why string, these ...invariant.Invariant) Expectation {
	e := Expectation{exceptions: map[string]exception{}}
	for _, inv := range these {
		e.exceptions[inv.Name] = exception{why: why}
	}
	return e
}

// Absent says that the fault has nothing to act on in the design, because of why: "it has no relay". The design is
// left out of runs under that fault.
func Absent(why string) Expectation { return Expectation{absent: why} }

// Except adds the exceptions of others.
func (e Expectation) Except(others ...Expectation) Expectation {
	all := maps.Clone(e.exceptions)
	if all == nil {
		all = map[string]exception{}
	}
	for _, o := range others {
		maps.Copy(all, o.exceptions)
	}
	return Expectation{exceptions: all}
}

// Absence says why the design has nothing that the fault could act on; it is empty if it has.
func (e Expectation) Absence() string { return e.absent }

// Of returns what is expected of the invariant of that name. If it is empty the invariant is not judged, and
// why says why.
func (e Expectation) Of(name string) (expected invariant.Status, why string) {
	if x, ok := e.exceptions[name]; ok {
		return x.status, x.why
	}
	if e.alone {
		return "", "several guards are off at once"
	}
	return invariant.Holds, ""
}

// breaks reports whether any invariant is expected to be violated.
func (e Expectation) breaks() bool {
	for _, x := range e.exceptions {
		if x.status == invariant.Violated {
			return true
		}
	}
	return false
}

// makesADifference reports whether something is violated under a fault that is not without it, or each violation says
// why it is violated regardless. none is the design's row without a fault.
func (e Expectation) makesADifference(none Expectation) bool {
	excused := true
	for name, x := range e.exceptions {
		if x.status != invariant.Violated {
			continue
		}
		if none.exceptions[name].status != invariant.Violated {
			return true
		}
		excused = excused && x.why != ""
	}
	return excused
}

// Expected returns what is expected of a design under a fault, with these of its guards off; ok is false if
// nothing is predicted. Without a fault every design is expected to hold, with the exceptions of the row [None]. A
// design that is another without guards needs no expectations of its own where the guards
// have them.
func (s *Spec) Expected(fault, design string, off ...string) (e Expectation, ok bool) {
	if len(off) == 0 {
		if e, ok = s.Expect[fault][design]; ok || fault == None {
			return e, true
		}
	}
	d, ok := s.Design(design)
	if !ok {
		return e, false
	}
	if len(off) == 0 {
		d, off = d.whole(), d.off
	}
	if d, err := d.Without(off...); err == nil {
		return d.falls(fault)
	}
	return e, false
}

// whole returns a design that is another without guards with all of them on.
func (d Design) whole() Design {
	d.off = nil
	return d
}
