package asl

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Template is a payload template: a JSON value in which names ending in .$ are paths or intrinsic functions.
type Template struct{ root node }

// node is a part of a template: exactly one of its meanings is set, or it is a constant.
type node struct {
	constant any
	object   []member
	array    []node
	dynamic  expression
}

type member struct {
	name  string
	field string // the name as it is written, with .$
	node  node
}

// expression is what a name ending in .$ has as its value.
type expression interface {
	// eval yields the value. Field is the name that a message mentions.
	eval(e *evaluation, field string) (any, error)
}

// ParseTemplate reads a payload template.
func ParseTemplate(value any) (*Template, *TemplateError) {
	root, err := parseNode(value)
	if err != nil {
		return nil, err
	}
	return &Template{root}, nil
}

// TemplateError says what is wrong with a payload template, and where in it: /order/id.$, for example.
type TemplateError struct{ Location, Message string }

func (e *TemplateError) Error() string { return e.Message + " at " + e.Location }

func (e *TemplateError) below(place string) *TemplateError {
	return &TemplateError{place + e.Location, e.Message}
}

// parseNode reads a part; an error's location is relative to it.
func parseNode(value any) (node, *TemplateError) {
	switch v := value.(type) {
	case map[string]any:
		return parseObject(v)
	case []any:
		array := make([]node, len(v))
		constant := true
		for i, element := range v {
			var err *TemplateError
			if array[i], err = parseNode(element); err != nil {
				return node{}, err.below(fmt.Sprintf("[%d]", i))
			}
			constant = constant && array[i].isConstant()
		}
		if !constant {
			return node{array: array}, nil
		}
	}
	return node{constant: value}, nil
}

func parseObject(v map[string]any) (node, *TemplateError) {
	object := make([]member, 0, len(v))
	constant := true
	for _, field := range slices.Sorted(maps.Keys(v)) { // sorted: the same mistake, the same message
		name, dynamic := strings.CutSuffix(field, ".$")
		m := member{name: name, field: field}
		if dynamic {
			if _, twice := v[name]; twice {
				return node{}, &TemplateError{"/" + field, fmt.Sprintf("The field '%s' is defined twice", name)}
			}
			text, _ := v[field].(string)
			var err error
			if m.node.dynamic, err = parseExpression(text); err != nil {
				return node{}, &TemplateError{"/" + field, fmt.Sprintf(
					"The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call", field)}
			}
		} else {
			var err *TemplateError
			if m.node, err = parseNode(v[field]); err != nil {
				return node{}, err.below("/" + field)
			}
		}
		constant = constant && m.node.isConstant()
		object = append(object, m)
	}
	if constant {
		return node{constant: v}, nil
	}
	return node{object: object}, nil
}

func (n node) isConstant() bool { return n.object == nil && n.array == nil && n.dynamic == nil }

// parseExpression reads a call or a path.
func parseExpression(text string) (expression, error) {
	if strings.HasPrefix(text, "States.") {
		return parseCall(text)
	}
	return ParsePath(text)
}

// Fill evaluates the template. It fails with States.Runtime if a path leads nowhere, and with States.IntrinsicFailure.
func (t *Template) Fill(scope Scope) (any, error) { return t.root.fill(evaluate(scope)) }

func (n node) fill(e *evaluation) (any, error) {
	if err := e.spend(1); err != nil {
		return nil, err
	}
	switch {
	case n.object != nil:
		object := make(map[string]any, len(n.object))
		for _, m := range n.object {
			value, err := m.value(e)
			if err != nil {
				return nil, err
			}
			object[m.name] = value
		}
		return object, nil
	case n.array != nil:
		array := make([]any, len(n.array))
		for i, element := range n.array {
			var err error
			if array[i], err = element.fill(e); err != nil {
				return nil, err
			}
		}
		return array, nil
	}
	return n.constant, nil
}

func (m member) value(e *evaluation) (any, error) {
	if m.node.dynamic != nil {
		return m.node.dynamic.eval(e, m.field)
	}
	return m.node.fill(e)
}

func (p *Path) eval(e *evaluation, field string) (any, error) {
	value, reached, err := p.find(e)
	if err == nil && reached < len(p.steps) {
		err = fail(ErrRuntime, "The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'",
			p.text, field, Encode(e.scope.Input))
	}
	return value, err
}
