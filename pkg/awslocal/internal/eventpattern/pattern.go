// Package eventpattern is the pattern language of EventBridge, which rules and archives, and the filters of Lambda's
// event source mappings are written in. It compiles patterns and matches them against JSON objects.
package eventpattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

var errTrailing = errors.New("unexpected text after the JSON value")

// Pattern is a compiled event pattern: every field must match and, if there is a $or, one of its
// alternatives. The zero pattern matches everything.
type Pattern struct {
	fields []field
	or     []*Pattern
}

// field is a pattern's condition on one name: a nested object, or a list of values.
type field struct {
	name   string
	object *Pattern
	values []matcher
}

// Parse compiles a pattern of at most so many characters. An error says in AWS's words what is wrong with it.
func Parse(text string, most int) (*Pattern, error) {
	if len([]rune(text)) > most {
		return nil, bad("Pattern is longer than %d characters", most)
	}
	root, err := JSON(text)
	if err != nil {
		return nil, bad("%v", err)
	}
	object, ok := root.(map[string]any)
	if !ok {
		return nil, bad("Filter is not an object")
	}
	return compileObject(object)
}

// JSON reads one JSON value and nothing after it, keeping numbers as they are written.
func JSON(text string) (any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errTrailing
	}
	return v, nil
}

func bad(format string, args ...any) error { return fmt.Errorf(format, args...) }

func compileObject(object map[string]any) (*Pattern, error) {
	if len(object) == 0 {
		return nil, bad("Empty objects are not allowed")
	}
	p := &Pattern{}
	for _, name := range slices.Sorted(maps.Keys(object)) { // sorted: the same mistake, the same message
		value := object[name]
		if alternatives, ok := orOperator(name, value); ok {
			for _, a := range alternatives {
				sub, err := compileObject(a)
				if err != nil {
					return nil, err
				}
				p.or = append(p.or, sub)
			}
			continue
		}
		f := field{name: name}
		var err error
		switch v := value.(type) {
		case map[string]any:
			f.object, err = compileObject(v)
		case []any:
			f.values, err = compileValues(v)
		default:
			err = bad("%q must be an object or an array", name)
		}
		if err != nil {
			return nil, err
		}
		p.fields = append(p.fields, f)
	}
	return p, nil
}

// orOperator distinguishes a $or from a field of that name: for AWS it is the operator if it is a list of at
// least two objects.
func orOperator(name string, value any) ([]map[string]any, bool) {
	list, ok := value.([]any)
	if name != "$or" || !ok || len(list) < 2 {
		return nil, false
	}
	var alternatives []map[string]any
	for _, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			return nil, false
		}
		alternatives = append(alternatives, object)
	}
	return alternatives, true
}

func compileValues(list []any) ([]matcher, error) {
	if len(list) == 0 {
		return nil, bad("Empty arrays are not allowed")
	}
	values := make([]matcher, 0, len(list))
	for _, item := range list {
		m, err := compileValue(item)
		if err != nil {
			return nil, err
		}
		values = append(values, m)
	}
	return values, nil
}

// Match reports whether an event's object matches the pattern.
func (p *Pattern) Match(object map[string]any) bool {
	for _, f := range p.fields {
		if !f.match(object) {
			return false
		}
	}
	return len(p.or) == 0 || slices.ContainsFunc(p.or, func(a *Pattern) bool { return a.Match(object) })
}

func (f field) match(object map[string]any) bool {
	value, ok := object[f.name]
	if f.object != nil {
		return matchObject(f.object, value)
	}
	var leaves []any
	if ok {
		leaves = appendLeaves(nil, value)
	}
	return slices.ContainsFunc(f.values, func(m matcher) bool { return m.match(leaves) })
}

// matchObject matches the pattern against an object, or any element of a list. If value is neither, it
// matches an empty object: all its fields are absent, which a pattern may require.
func matchObject(p *Pattern, value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return p.Match(v)
	case []any:
		if len(v) > 0 {
			return slices.ContainsFunc(v, func(item any) bool { return matchObject(p, item) })
		}
	}
	return p.Match(nil)
}

// appendLeaves collects the plain values of a field: itself, or its list's elements. An object is not a leaf,
// so a field that holds one has no value.
func appendLeaves(leaves []any, value any) []any {
	switch v := value.(type) {
	case map[string]any:
		return leaves
	case []any:
		for _, item := range v {
			leaves = appendLeaves(leaves, item)
		}
		return leaves
	}
	return append(leaves, value)
}
