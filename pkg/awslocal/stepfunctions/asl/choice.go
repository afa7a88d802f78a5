package asl

import (
	"encoding/json"
	"strings"
	"time"
)

// rule is a choice rule at the top: where to go if it holds.
type rule struct {
	next string
	test predicate
}

// predicate is a choice rule's condition.
type predicate func(e *evaluation) (bool, error)

// Choose returns the state that a Choice state leads to. The scope's Input is the effective input. It fails with
// States.Runtime if no rule matches and there is no Default, or if a rule's path leads nowhere.
func (s *State) Choose(scope Scope) (string, error) {
	e := evaluate(scope)
	for _, r := range s.choices {
		ok, err := r.test(e)
		if err != nil {
			return "", err
		}
		if ok {
			return r.next, nil
		}
	}
	if s.fallback == "" {
		return "", fail(ErrRuntime, "Failed to transition out of the state. The state does not point to a next state.")
	}
	return s.fallback, nil
}

// referTo is a path's value in a choice rule, where the value must exist.
func referTo(p *Path, e *evaluation) (any, error) {
	value, reached, err := p.find(e)
	if err == nil && reached < len(p.steps) {
		err = fail(ErrRuntime, "Invalid path '%s': The choice state's condition path references an invalid value.", p)
	}
	return value, err
}

// all is And.
func all(parts []predicate) predicate {
	return func(e *evaluation) (bool, error) {
		for _, p := range parts {
			if ok, err := p(e); err != nil || !ok {
				return false, err
			}
		}
		return true, nil
	}
}

// anyOf is Or.
func anyOf(parts []predicate) predicate {
	return func(e *evaluation) (bool, error) {
		for _, p := range parts {
			if ok, err := p(e); err != nil || ok {
				return ok, err
			}
		}
		return false, nil
	}
}

func not(part predicate) predicate {
	return func(e *evaluation) (bool, error) {
		ok, err := part(e)
		return !ok, err
	}
}

// comparing compares the variable with a constant.
func comparing(variable *Path, with any, holds relation) predicate {
	return func(e *evaluation) (bool, error) {
		value, err := referTo(variable, e)
		if err != nil {
			return false, err
		}
		return holds(value, with), nil
	}
}

// comparingPath compares the variable with what another path leads to.
func comparingPath(variable, with *Path, holds relation) predicate {
	return func(e *evaluation) (bool, error) {
		a, err := referTo(variable, e)
		if err != nil {
			return false, err
		}
		b, err := referTo(with, e)
		if err != nil {
			return false, err
		}
		return holds(a, b), nil
	}
}

// present is IsPresent.
func present(variable *Path, want bool) predicate {
	return func(e *evaluation) (bool, error) {
		_, reached, err := variable.find(e)
		return (reached == len(variable.steps)) == want, err
	}
}

// kinds are the operators Is…, but for IsPresent.
var kinds = map[string]func(v any) bool{
	"IsNull":      func(v any) bool { return v == nil },
	"IsString":    func(v any) bool { _, ok := v.(string); return ok },
	"IsNumeric":   func(v any) bool { _, ok := v.(json.Number); return ok },
	"IsBoolean":   func(v any) bool { _, ok := v.(bool); return ok },
	"IsTimestamp": func(v any) bool { _, ok := timestamp(v); return ok },
}

// relation tells whether two values are of its type and so related.
type relation func(a, b any) bool

// operator is a comparison: what its operand has to be, and what it means.
type operator struct {
	operand string
	valid   func(v any) bool
	holds   relation
}

// operators are the comparisons that also have a form with Path.
var operators = map[string]operator{"BooleanEquals": {"Boolean", kinds["IsBoolean"], func(a, b any) bool {
	x, ok := a.(bool)
	y, ok2 := b.(bool)
	return ok && ok2 && x == y
}}}

func init() { //nolint:gochecknoinits // a table of five times three
	for name, accepts := range map[string]func(order int) bool{
		"Equals":            func(order int) bool { return order == 0 },
		"LessThan":          func(order int) bool { return order < 0 },
		"LessThanEquals":    func(order int) bool { return order <= 0 },
		"GreaterThan":       func(order int) bool { return order > 0 },
		"GreaterThanEquals": func(order int) bool { return order >= 0 },
	} {
		operators["String"+name] = ordering("String", kinds["IsString"], compare, accepts)
		operators["Numeric"+name] = ordering("Number", kinds["IsNumeric"], compare, accepts)
		operators["Timestamp"+name] = ordering("Timestamp", kinds["IsTimestamp"], compareTimes, accepts)
	}
}

func ordering(
	operand string, valid func(any) bool, compare func(a, b any) (int, bool), accepts func(order int) bool,
) operator {
	return operator{operand, valid, func(a, b any) bool {
		if !valid(a) || !valid(b) {
			return false
		}
		order, ok := compare(a, b)
		return ok && accepts(order)
	}}
}

// timestamp is a value's time, if it is text in the form that states use.
func timestamp(v any) (time.Time, bool) {
	text, _ := v.(string)
	t, err := time.Parse(time.RFC3339Nano, text)
	strict := err == nil && text[13] == ':' && !strings.Contains(text, ",") // what Go lets pass beyond RFC 3339
	return t, strict
}

func compareTimes(a, b any) (int, bool) {
	x, ok := timestamp(a)
	y, ok2 := timestamp(b)
	return x.Compare(y), ok && ok2
}
