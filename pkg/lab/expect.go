package lab

import (
	"maps"

	"github.com/crashlab/crashlab/pkg/invariant"
)

// Expectations is what a lab predicts, by fault and then by design.
type Expectations map[string]map[string]Expectation

// Expectation is what a lab predicts for a design under a fault: all invariants hold, with exceptions. Its
// zero value, [AllHold], has none.
type Expectation struct{ exceptions map[string]exception }

type exception struct {
	status invariant.Status // empty if it is not judged
	why    string           // it is not
}

// AllHold expects every invariant of the lab to hold.
var AllHold Expectation

// Violated expects these invariants to be violated, and all others to hold.
func Violated(these ...invariant.Invariant) Expectation {
	e := Expectation{map[string]exception{}}
	for _, inv := range these {
		e.exceptions[inv.Name] = exception{status: invariant.Violated}
	}
	return e
}

// NotJudged expects nothing of these invariants, because of why, and all others to hold.
func NotJudged(why string, these ...invariant.Invariant) Expectation {
	e := Expectation{map[string]exception{}}
	for _, inv := range these {
		e.exceptions[inv.Name] = exception{why: why}
	}
	return e
}

// Except adds the exceptions of others.
func (e Expectation) Except(others ...Expectation) Expectation {
	all := maps.Clone(e.exceptions)
	if all == nil {
		all = map[string]exception{}
	}
	for _, o := range others {
		maps.Copy(all, o.exceptions)
	}
	return Expectation{all}
}

// Of returns what is expected of the invariant of that name. If it is empty the invariant is not judged, and
// why says why.
func (e Expectation) Of(name string) (expected invariant.Status, why string) {
	if x, ok := e.exceptions[name]; ok {
		return x.status, x.why
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

// Expected returns what is expected of a design under a fault; ok is false if nothing is predicted.
func (s *Spec) Expected(fault, design string) (Expectation, bool) {
	e, ok := s.Expect[fault][design]
	return e, ok
}
