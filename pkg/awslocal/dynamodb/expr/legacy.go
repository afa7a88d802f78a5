package expr

import "github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"

// Comparison is a condition from before expressions, on one top-level attribute.
type Comparison struct {
	Name     string
	Operator string // EQ, NE, LT, LE, GT, GE, NULL, NOT_NULL, CONTAINS, NOT_CONTAINS, BEGINS_WITH, IN or BETWEEN
	Values   []attr.Value
}

// symbols are the operators that conditions have too.
var symbols = map[string]string{"EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}

// Compare returns the condition that all comparisons hold, or at least one. Without any it is absent.
func Compare(comparisons []Comparison, one bool) Condition {
	var root node
	for _, c := range comparisons {
		switch {
		case root == nil:
			root = c.node()
		case one:
			root = or{root, c.node()}
		default:
			root = and{root, c.node()}
		}
	}
	return Condition{root}
}

func (c Comparison) node() node {
	path := Path{{Name: c.Name}}
	values := make([]node, len(c.Values))
	for i, v := range c.Values {
		values[i] = literal{v}
	}
	exists := call{"attribute_exists", []node{path}}
	switch c.Operator {
	case "NULL":
		return not{exists}
	case "NOT_NULL":
		return exists
	case "CONTAINS":
		return call{"contains", []node{path, values[0]}}
	case "NOT_CONTAINS": // not of what is not there
		return and{exists, not{call{"contains", []node{path, values[0]}}}}
	case "BEGINS_WITH":
		return call{"begins_with", []node{path, values[0]}}
	case "IN":
		return in{path, values}
	case "BETWEEN":
		return between{path, values[0], values[1]}
	}
	return comparison{symbols[c.Operator], path, values[0]}
}

// KeyTerm returns the comparison as a term of a key condition; ok is false for an operator that no key has.
func (c Comparison) KeyTerm() (term KeyTerm, ok bool) {
	switch c.Operator {
	case "BETWEEN":
		return KeyTerm{c.Name, "BETWEEN", c.Values}, true
	case "BEGINS_WITH":
		return KeyTerm{c.Name, "begins_with", c.Values}, true
	case "EQ", "LT", "LE", "GT", "GE":
		return KeyTerm{c.Name, symbols[c.Operator], c.Values}, true
	}
	return KeyTerm{}, false
}

// Change is an update from before expressions, of one top-level attribute.
type Change struct {
	Name   string
	Action string     // PUT, ADD or DELETE
	Value  attr.Value // nil for a DELETE of the whole attribute
}

// Changes returns the update that makes all changes.
func Changes(changes []Change) Update {
	u := Update{legacy: true}
	for _, c := range changes {
		a := action{section: c.Action, path: Path{{Name: c.Name}}, operand: literal{c.Value}}
		switch {
		case c.Action == "PUT":
			a.section = "SET"
		case c.Value == nil:
			a.section, a.operand = "REMOVE", nil
		}
		u.actions = append(u.actions, a)
	}
	return u
}

// Names returns the projection on top-level attributes.
func Names(names []string) Projection {
	var p Projection
	for _, name := range names {
		p.Paths = append(p.Paths, Path{{Name: name}})
	}
	return p
}
