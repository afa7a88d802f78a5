package asl

import (
	"maps"
	"slices"
	"strings"
)

func (f *fields) choice(s *State) {
	f.require("Choices")
	s.fallback = f.text("Default")
	for _, c := range f.list("Choices", false) {
		c.require("Next")
		s.choices = append(s.choices, rule{next: c.text("Next"), test: c.predicate()})
	}
}

// predicate reads a rule's condition: And, Or, Not, or a variable and a comparison.
func (f *fields) predicate() predicate {
	f.text("Comment")
	given := 0
	for _, name := range []string{"And", "Or", "Not", "Variable"} {
		if f.has(name) {
			given++
		}
	}
	if given != 1 {
		f.wrong(f.here(), "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]")
	}
	var test predicate
	switch {
	case f.has("And"):
		test = all(f.predicates("And"))
	case f.has("Or"):
		test = anyOf(f.predicates("Or"))
	case f.has("Not"):
		if inner := f.sub("Not"); inner != nil {
			test = not(inner.predicate())
		}
	case f.has("Variable"):
		test = f.comparison()
	}
	f.rest()
	return test
}

func (f *fields) predicates(name string) []predicate {
	var parts []predicate
	for _, inner := range f.list(name, false) {
		parts = append(parts, inner.predicate())
	}
	return parts
}

// comparison reads a variable and the one operator that is with it.
func (f *fields) comparison() predicate {
	variable := f.operandPath("Variable")
	var test predicate
	given := 0
	for _, name := range slices.Sorted(maps.Keys(f.object)) {
		if t, ok := f.operator(name, variable); ok {
			test = t
			given++
		}
	}
	switch list := strings.Join(operatorNames(), ", "); given {
	case 0:
		f.wrong(f.here(), "This object should have only one of the following fields: [%s]", list)
	case 1:
	default:
		f.wrong(f.here(), "There should only be one of the following fields: [%s]", list)
	}
	return test
}

// operatorNames are all comparisons, in alphabetical order.
func operatorNames() []string {
	names := slices.Concat(slices.Collect(maps.Keys(kinds)), []string{"IsPresent", "StringMatches"})
	for name := range operators {
		names = append(names, name, name+"Path")
	}
	slices.Sort(names)
	return names
}

// operator reads the field as a comparison; ok is false if it is none.
func (f *fields) operator(name string, variable *Path) (test predicate, ok bool) {
	if is, ok := kinds[name]; ok {
		return comparing(variable, f.boolean(name), func(a, b any) bool { return is(a) == b }), true
	}
	if name == "IsPresent" {
		return present(variable, f.boolean(name)), true
	}
	if name == "StringMatches" {
		p, err := parsePattern(f.text(name))
		if err != nil {
			f.wrong(f.location(name), "Value is not a valid pattern: %v", err)
		}
		return comparing(variable, nil, func(a, _ any) bool {
			text, ok := a.(string)
			return ok && p.match(text)
		}), true
	}
	base, isPath := strings.CutSuffix(name, "Path")
	o, ok := operators[base]
	if !ok {
		return nil, false
	}
	if isPath {
		return comparingPath(variable, f.operandPath(name), o.holds), true
	}
	value, _ := f.take(name)
	if !o.valid(value) {
		f.wrong(f.location(name), "Expected value of type %s", o.operand)
	}
	return comparing(variable, value, o.holds), true
}
