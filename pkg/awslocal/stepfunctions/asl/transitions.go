package asl

import (
	"fmt"
	"maps"
	"slices"
)

// transition is a way from one state to another.
type transition struct{ to, location string }

// transitions reports targets that do not exist, states that nothing leads to, and a machine that cannot end.
func (p *parser) transitions(m *Machine, at string) {
	missing := func(t transition) {
		p.report(Diagnostic{SeverityError, CodeMissingTransitionTarget, "Missing 'Next' target: " + t.to, t.location})
	}
	if m.States[m.StartAt] == nil {
		missing(transition{m.StartAt, at + "/StartAt"})
	}
	ends := false
	names := slices.Sorted(maps.Keys(m.States))
	for _, name := range names {
		s := m.States[name]
		ends = ends || s.End || s.Type == Succeed || s.Type == Fail
		for _, t := range s.transitions(at + "/States/" + name) {
			if m.States[t.to] == nil {
				missing(t)
			}
		}
	}
	reached := m.reach()
	for _, name := range names {
		if !reached[name] {
			p.report(Diagnostic{SeverityError, CodeMissingTransitionTarget,
				fmt.Sprintf("State \"%s\" is not reachable.", name), at + "/States/" + name})
		}
	}
	if !ends {
		p.report(Diagnostic{SeverityError, CodeMissingEndState, "Workflow has no terminal state", at})
	}
}

// transitions are a state's ways out, in the order of its text.
func (s *State) transitions(at string) []transition {
	var ways []transition
	for i, r := range s.choices {
		ways = append(ways, transition{r.next, fmt.Sprintf("%s/Choices[%d]/Next", at, i)})
	}
	if s.fallback != "" {
		ways = append(ways, transition{s.fallback, at + "/Default"})
	}
	for i, c := range s.Catch {
		ways = append(ways, transition{c.Next, fmt.Sprintf("%s/Catch[%d]/Next", at, i)})
	}
	if s.Next != "" {
		ways = append(ways, transition{s.Next, at + "/Next"})
	}
	return ways
}

// reach is the set of states that StartAt leads to.
func (m *Machine) reach() map[string]bool {
	reached := map[string]bool{}
	open := []string{m.StartAt}
	for len(open) > 0 {
		name := open[len(open)-1]
		open = open[:len(open)-1]
		s := m.States[name]
		if s == nil || reached[name] {
			continue
		}
		reached[name] = true
		for _, t := range s.transitions("") {
			open = append(open, t.to)
		}
	}
	return reached
}
