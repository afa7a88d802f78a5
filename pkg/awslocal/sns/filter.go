package sns

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Limits of AWS's documentation ("Filter policy constraints").
const (
	maxKeys         = 5
	maxCombinations = 150
)

// filter is a parsed filter policy. It matches if one of its alternatives does; an alternative matches if
// each of its rules does. "$or" makes alternatives.
type filter struct {
	alternatives [][]rule
}

// rule requires one of the values at path to meet one of the conditions.
type rule struct {
	path       []string
	conditions []condition
}

// policyError says what is wrong with a filter policy, in AWS's own words.
type policyError string

func (e policyError) Error() string { return string(e) }

func badPolicy(format string, args ...any) error { return policyError(fmt.Sprintf(format, args...)) }

// parseFilter reads a filter policy. An empty policy is nil: it matches everything.
func parseFilter(raw string, nested bool) (*filter, error) {
	if raw == "" {
		return nil, nil
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(raw), &doc); err != nil {
		return nil, badPolicy("failed to parse JSON. Filter policy must be a JSON object")
	}
	if len(doc) == 0 {
		return nil, nil
	}
	if len(doc) > maxKeys {
		return nil, badPolicy("Filter policy can not have more than %d keys", maxKeys)
	}
	alternatives, combinations, err := expand(doc, nil, nested, 1)
	if err != nil {
		return nil, err
	}
	if combinations > maxCombinations {
		return nil, badPolicy("Filter policy is too complex")
	}
	return &filter{alternatives: alternatives}, nil
}

// expand turns an object of the policy into alternatives. It counts combinations as AWS does: the product,
// over the keys, of the number of values times the depth of nesting.
func expand(doc map[string]any, path []string, nested bool, combinations int) ([][]rule, int, error) {
	out := [][]rule{nil}
	for _, key := range slices.Sorted(maps.Keys(doc)) {
		var options [][]rule
		var err error
		switch value := doc[key].(type) {
		case map[string]any:
			if !nested {
				return nil, 0, badPolicy("Filter policy scope MessageAttributes does not support nested filter policy")
			}
			options, combinations, err = expand(value, append(slices.Clone(path), key), nested, combinations)
		case []any:
			if key == "$or" && len(value) > 1 {
				options, combinations, err = expandOr(value, path, nested, combinations)
				break
			}
			var r rule
			r, err = parseRule(append(slices.Clone(path), key), value)
			options, combinations = [][]rule{{r}}, combinations*len(value)*(len(path)+1)
		default:
			err = badPolicy("%q must be an object or an array", key)
		}
		if err != nil {
			return nil, 0, err
		}
		out = combine(out, options)
	}
	return out, combinations, nil
}

func expandOr(values []any, path []string, nested bool, combinations int) ([][]rule, int, error) {
	var out [][]rule
	total := 0
	for _, v := range values {
		doc, ok := v.(map[string]any)
		if !ok {
			return nil, 0, badPolicy(`"$or" must be an array of objects`)
		}
		options, n, err := expand(doc, path, nested, combinations)
		if err != nil {
			return nil, 0, err
		}
		out, total = append(out, options...), total+n
	}
	return out, total, nil
}

// combine is every alternative of a with every alternative of b.
func combine(a, b [][]rule) [][]rule {
	var out [][]rule
	for _, left := range a {
		for _, right := range b {
			out = append(out, slices.Concat(left, right))
		}
	}
	return out
}

func parseRule(path []string, values []any) (rule, error) {
	if len(values) == 0 {
		return rule{}, badPolicy("Empty arrays are not allowed")
	}
	r := rule{path: path}
	for _, v := range values {
		c, err := parseCondition(v)
		if err != nil {
			return rule{}, err
		}
		r.conditions = append(r.conditions, c)
	}
	return r, nil
}

// match evaluates the policy; lookup returns the values at a path.
func (f *filter) match(lookup func(path []string) []any) bool {
	return slices.ContainsFunc(f.alternatives, func(rules []rule) bool {
		for _, r := range rules {
			if !r.met(lookup(r.path)) {
				return false
			}
		}
		return true
	})
}

func (r rule) met(values []any) bool {
	for _, c := range r.conditions {
		if c.absent != nil {
			if *c.absent == (len(values) == 0) {
				return true
			}
			continue
		}
		if slices.ContainsFunc(values, c.test) {
			return true
		}
	}
	return false
}

// matchBody matches the message's text, which must be a JSON object.
func (f *filter) matchBody(text string) bool {
	var doc map[string]any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		return false
	}
	return f.match(func(path []string) []any { return collect(doc, path) })
}

// collect returns the leaves at a path; an array on the way stands for each of its items.
func collect(at any, path []string) []any {
	if list, ok := at.([]any); ok {
		var out []any
		for _, item := range list {
			out = append(out, collect(item, path)...)
		}
		return out
	}
	if len(path) == 0 {
		return []any{at}
	}
	object, ok := at.(map[string]any)
	if !ok {
		return nil
	}
	next, ok := object[path[0]]
	if !ok {
		return nil
	}
	return collect(next, path[1:])
}

// matchAttributes matches the message's attributes.
func (f *filter) matchAttributes(attributes map[string]attributeValue) bool {
	return f.match(func(path []string) []any {
		a, ok := attributes[path[0]]
		if !ok {
			return nil
		}
		return valuesOf(a)
	})
}

// valuesOf returns the values of an attribute for conditions: binary values match none but exist.
func valuesOf(a attributeValue) []any {
	if a.StringValue == nil {
		return []any{a.BinaryValue}
	}
	text := *a.StringValue
	switch {
	case a.DataType == "String.Array":
		var list []any
		if json.Unmarshal([]byte(text), &list) != nil {
			return nil
		}
		return list
	case strings.HasPrefix(a.DataType, "Number"):
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return []any{n}
		}
	}
	return []any{text}
}
