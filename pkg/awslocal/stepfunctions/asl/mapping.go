package asl

import (
	"encoding/json"
	"math"
	"strconv"
)

type mapping struct {
	items       *Path // nil: the effective input itself
	selector    *Template
	concurrency seconds
	failures    seconds
	percentage  float64
	percentPath *Path
}

// Items returns what a Map state iterates over. The scope's Input is the effective input. It fails with States.Runtime
// if that is no array, and with States.ReferencePathConflict if there is no such value.
func (s *State) Items(scope Scope) ([]any, error) {
	value, at := scope.Input, "$"
	if p := s.mapping.items; p != nil {
		var reached int
		var err error
		if value, reached, err = p.find(evaluate(scope)); err != nil {
			return nil, err
		}
		if reached < len(p.steps) {
			return nil, fail(ErrReferencePathConflict, "Unable to apply step \"%s\" to input %s",
				p.steps[reached].label(), Encode(scope.Input))
		}
		at = p.text
		if p.context {
			at = at[1:]
		}
	}
	items, ok := value.([]any)
	if !ok {
		return nil, fail(ErrRuntime, "Reference path \"%s\" must point to array.", at)
	}
	return items, nil
}

// Item returns an iteration's input: the item itself, or what ItemSelector (or Parameters) makes of it. The scope's
// Input is the Map state's effective input; its context object has to have Map.Item.Index and Map.Item.Value.
func (s *State) Item(scope Scope, item any) (any, error) {
	if s.mapping.selector == nil {
		return item, nil
	}
	return s.mapping.selector.Fill(scope)
}

// Concurrency returns how many iterations of a Map state may run at once; 0: as many as there are. The scope's Input is
// the effective input.
func (s *State) Concurrency(scope Scope) (int, error) {
	n, err := s.mapping.concurrency.count(scope, "MaxConcurrencyPath")
	return int(max(n, 0)), err
}

// Tolerated returns how many of a Map state's iterations may fail without failing the state. The scope's Input is the
// effective input.
func (s *State) Tolerated(scope Scope, items int) (int, error) {
	count, err := s.mapping.failures.count(scope, "ToleratedFailureCountPath")
	if err != nil {
		return 0, err
	}
	if count < 0 {
		return 0, fail(ErrRuntime, "ToleratedFailureCount cannot be negative.")
	}
	percentage := s.mapping.percentage
	if p := s.mapping.percentPath; p != nil {
		value, err := p.must(evaluate(scope))
		if err != nil {
			return 0, err
		}
		n, ok := value.(json.Number)
		if percentage, err = n.Float64(); !ok || err != nil {
			return 0, notNumber("ToleratedFailurePercentagePath", value, "float", p)
		}
	}
	if !(percentage >= 0 && percentage <= 100) {
		return 0, fail(ErrRuntime, "ToleratedFailurePercentage must be between 0 and 100.")
	}
	part := int64(math.Floor(float64(items) * percentage / 100))
	switch {
	case s.mapping.failures == seconds{}:
		count = part
	case s.mapping.percentPath != nil || percentage > 0:
		count = min(count, part)
	}
	return int(min(count, int64(items))), nil
}

// count is a whole number, given or found by a path.
func (n seconds) count(scope Scope, field string) (int64, error) {
	if n.path == nil {
		return n.value, nil
	}
	value, err := n.path.must(evaluate(scope))
	if err != nil {
		return 0, err
	}
	text, _ := value.(json.Number)
	found, err := strconv.ParseInt(text.String(), 10, 32)
	if err != nil {
		return 0, notNumber(field, value, "integer", n.path)
	}
	return found, nil
}

func notNumber(field string, value any, kind string, p *Path) error {
	return fail(ErrRuntime, "The %s field refers to value \"%s\" which is not a valid %s: %s",
		field, plain(value), kind, p)
}
