package asl

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Select evaluates the path. A definite path, which can mean one value only, yields that value; found is false if there
// is none. Any other path, with a wildcard, a slice, a filter or .., yields a list, which may be empty.
func (p *Path) Select(scope Scope) (value any, found bool, err error) {
	value, reached, err := p.find(evaluate(scope))
	return value, reached == len(p.steps), err
}

// must fails with States.Runtime if there is no value.
func (p *Path) must(e *evaluation) (any, error) {
	value, reached, err := p.find(e)
	switch {
	case err != nil:
		return nil, err
	case reached == len(p.steps):
		return value, nil
	case reached == len(p.steps)-1:
		return nil, fail(ErrRuntime, "Invalid path '%s' : No results for path: %s", p.text, p.canonical(reached+1))
	}
	return nil, fail(ErrRuntime, "Invalid path '%s' : Missing property in path %s", p.text, p.canonical(reached+1))
}

// find evaluates the path. Reached is how many steps a definite path could go; a value is found if that is all.
func (p *Path) find(e *evaluation) (value any, reached int, err error) {
	root := e.scope.Input
	if p.context {
		root = e.scope.Context
	}
	return p.from(root, e)
}

func (p *Path) from(root any, e *evaluation) (value any, reached int, err error) {
	nodes := []any{root}
	for i, s := range p.steps {
		if s.recursive {
			if nodes, err = descendants(nodes, e); err != nil {
				return nil, i, err
			}
		}
		var next []any
		for _, n := range nodes {
			if next, err = s.apply(next, n, e); err != nil {
				return nil, i, err
			}
		}
		if nodes = next; p.definite && len(nodes) == 0 {
			return nil, i, nil
		}
	}
	if p.definite {
		return nodes[0], len(p.steps), nil
	}
	if nodes == nil {
		nodes = []any{}
	}
	return nodes, len(p.steps), nil
}

// apply appends what a step leads to from a value.
func (s *step) apply(to []any, v any, e *evaluation) ([]any, error) {
	if err := e.spend(1); err != nil {
		return nil, err
	}
	object, _ := v.(map[string]any)
	array, _ := v.([]any)
	switch {
	case len(s.names) == 1:
		if value, ok := object[s.names[0]]; ok {
			to = append(to, value)
		}
	case len(s.names) > 1:
		if object != nil {
			to = append(to, some(object, s.names))
		}
	case s.length:
		to = appendLength(to, v)
	case s.slice != nil:
		return s.slice.apply(to, array, e)
	case s.wildcard:
		return appendChildren(to, v, e)
	case s.filter != nil:
		return s.appendMatching(to, v, e)
	}
	for _, i := range s.indices {
		if i < 0 {
			i += len(array)
		}
		if i >= 0 && i < len(array) {
			to = append(to, array[i])
		}
	}
	return to, nil
}

// some is an object's part with the given names.
func some(object map[string]any, names []string) map[string]any {
	part := make(map[string]any, len(names))
	for _, name := range names {
		if value, ok := object[name]; ok {
			part[name] = value
		}
	}
	return part
}

func appendLength(to []any, v any) []any {
	switch v := v.(type) {
	case []any:
		return append(to, number(len(v)))
	case map[string]any:
		return append(to, number(len(v)))
	case string:
		return append(to, number(utf8.RuneCountInString(v)))
	}
	return to
}

func (l *slice) apply(to, array []any, e *evaluation) ([]any, error) {
	bound := func(given *int, otherwise int) int {
		if given == nil {
			return otherwise
		}
		i := *given
		if i < 0 {
			i += len(array)
		}
		return min(max(i, 0), len(array))
	}
	from, end := bound(l.from, 0), bound(l.to, len(array))
	if from >= end {
		return to, nil
	}
	return append(to, array[from:end]...), e.spend(end - from)
}

// appendChildren appends an array's elements or an object's values, by their names' order.
func appendChildren(to []any, v any, e *evaluation) ([]any, error) {
	switch v := v.(type) {
	case []any:
		return append(to, v...), e.spend(len(v))
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			to = append(to, v[name])
		}
		return to, e.spend(len(v))
	}
	return to, nil
}

// appendMatching appends the elements of an array that a filter accepts, or the value itself if it is an object. After
// .. each value is met on its own.
func (s *step) appendMatching(to []any, v any, e *evaluation) ([]any, error) {
	candidates, ok := v.([]any)
	if _, object := v.(map[string]any); object || s.recursive {
		candidates = []any{v}
	} else if !ok {
		return to, nil
	}
	for _, c := range candidates {
		matches, err := s.filter(c, e)
		if err != nil {
			return nil, err
		}
		if matches {
			to = append(to, c)
		}
	}
	return to, nil
}

// descendants are the values and all below them, each before what is in it.
func descendants(nodes []any, e *evaluation) ([]any, error) {
	var all []any
	var walk func(v any) error
	walk = func(v any) error {
		all = append(all, v)
		children, err := appendChildren(nil, v, e)
		if err != nil {
			return err
		}
		for _, c := range children {
			if err := walk(c); err != nil {
				return err
			}
		}
		return nil
	}
	for _, n := range nodes {
		if err := e.spend(1); err != nil {
			return nil, err
		}
		if err := walk(n); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func number(n int) json.Number { return json.Number(strconv.Itoa(n)) }
