package expr

import (
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// comparators in the order of the grammar.
var comparators = []string{"=", "<>", "<", "<=", ">", ">="}

// condition = and { "OR" and } .
func (p *parser) condition() node {
	left := p.and()
	for p.is("OR") {
		p.requireCondition(left)
		p.next()
		p.operator()
		right := p.and()
		p.requireCondition(right)
		left = or{left, right}
	}
	return left
}

// and = not { "AND" not } .
func (p *parser) and() node {
	left := p.not()
	for p.is("AND") {
		p.requireCondition(left)
		p.next()
		p.operator()
		right := p.not()
		p.requireCondition(right)
		left = and{left, right}
	}
	return left
}

// not = "NOT" not | comparison .
func (p *parser) not() node {
	if !p.accept("NOT") {
		return p.comparison()
	}
	p.operator()
	operand := p.not()
	p.requireCondition(operand)
	return not{operand}
}

// comparison also accepts a bare operand: whether "(a)" is one or the start of a condition shows only after
// the parenthesis.
func (p *parser) comparison() node {
	left := p.conditionOperand()
	operator := p.peek()
	switch {
	case slices.Contains(comparators, operator.text):
		p.requireOperand(left)
		p.next()
		p.operator()
		return comparison{operator.text, left, p.requireOperand(p.conditionOperand())}
	case p.is("BETWEEN"):
		p.requireOperand(left)
		p.next()
		p.operator()
		low := p.requireOperand(p.conditionOperand())
		p.expect("AND")
		return between{left, low, p.requireOperand(p.conditionOperand())}
	case p.is("IN"):
		p.requireOperand(left)
		p.next()
		p.operator()
		p.expect("(")
		list := commaSeparated(p, func(p *parser) node { return p.requireOperand(p.conditionOperand()) })
		p.expect(")")
		return in{left, list}
	}
	return left
}

func (p *parser) conditionOperand() node { return p.operand((*parser).condition) }

func (p *parser) requireOperand(n node) node {
	if !isOperand(n) {
		p.fail()
	}
	return n
}

func (p *parser) requireCondition(n node) {
	if !isCondition(n) {
		p.fail()
	}
}

func parseCondition(text string) (node, error) {
	return parse(text, func(p *parser) node {
		tree := p.condition()
		p.requireCondition(tree)
		return tree
	})
}

// Condition is a bound condition: of a write, a filter, or a key condition.
type Condition struct{ root node }

// Holds evaluates the condition. An absent condition holds.
func (c Condition) Holds(item attr.Map) bool { return c.root == nil || holds(c.root, item) }

func holds(n node, item attr.Map) bool {
	switch n := n.(type) {
	case and:
		return holds(n.left, item) && holds(n.right, item)
	case or:
		return holds(n.left, item) || holds(n.right, item)
	case not:
		return !holds(n.operand, item)
	case comparison:
		return compare(n.op, evaluate(n.left, item), evaluate(n.right, item))
	case between:
		v := evaluate(n.operand, item)
		return compare(">=", v, evaluate(n.low, item)) && compare("<=", v, evaluate(n.high, item))
	case in:
		v := evaluate(n.operand, item)
		return slices.ContainsFunc(n.list, func(e node) bool { return compare("=", v, evaluate(e, item)) })
	case call:
		return holdsCall(n, item)
	}
	return false
}

// evaluate returns an operand's value, or nil if the item has none.
func evaluate(n node, item attr.Map) attr.Value {
	switch n := n.(type) {
	case literal:
		return n.Value
	case Path:
		v, _ := n.find(item)
		return v
	case call: // size is the only function with a value here
		return size(evaluate(n.args[0], item))
	}
	return nil
}

// compare answers false for a missing operand or one of another type, except for "<>": a missing value is not
// equal to anything, not even to another missing one.
func compare(op string, a, b attr.Value) bool {
	equal := a != nil && b != nil && attr.Equal(a, b)
	switch op {
	case "=":
		return equal
	case "<>":
		return !equal
	}
	order, ok := attr.Compare(a, b)
	if !ok {
		return false
	}
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default:
		return order >= 0
	}
}

func holdsCall(c call, item attr.Map) bool {
	first := evaluate(c.args[0], item)
	switch c.name {
	case "attribute_exists":
		return first != nil
	case "attribute_not_exists":
		return first == nil
	}
	second := evaluate(c.args[1], item)
	if first == nil || second == nil {
		return false
	}
	switch c.name {
	case "attribute_type":
		return string(first.Kind()) == string(second.(attr.String))
	case "begins_with":
		return beginsWith(first, second)
	default:
		return contains(first, second)
	}
}

func beginsWith(v, prefix attr.Value) bool {
	switch v := v.(type) {
	case attr.String:
		prefix, same := prefix.(attr.String)
		return same && strings.HasPrefix(string(v), string(prefix))
	case attr.Binary:
		prefix, same := prefix.(attr.Binary)
		return same && strings.HasPrefix(string(v), string(prefix))
	}
	return false
}

func contains(v, part attr.Value) bool {
	switch v := v.(type) {
	case attr.String:
		part, same := part.(attr.String)
		return same && strings.Contains(string(v), string(part))
	case attr.Binary:
		part, same := part.(attr.Binary)
		return same && strings.Contains(string(v), string(part))
	case attr.Set:
		return v.Contains(part)
	case attr.List:
		return slices.ContainsFunc(v, func(e attr.Value) bool { return attr.Equal(e, part) })
	}
	return false
}

// size counts a string in UTF-16 units (AWS's server is Java), a binary in bytes, and a
// collection in elements. Other types have no size.
func size(v attr.Value) attr.Value {
	switch v := v.(type) {
	case attr.String:
		units := 0
		for _, r := range string(v) {
			units += utf16.RuneLen(r)
		}
		return attr.Int(units)
	case attr.Binary:
		return attr.Int(len(v))
	case attr.List:
		return attr.Int(len(v))
	case attr.Map:
		return attr.Int(len(v))
	case attr.Set:
		return attr.Int(len(v.Elems))
	}
	return nil
}

// Attributes returns the top-level attributes that the condition reads.
func (c Condition) Attributes() []string {
	var names []string
	visit(c.root, func(p Path) { names = append(names, p.Top()) })
	return names
}

func visit(n node, seen func(Path)) {
	switch n := n.(type) {
	case Path:
		seen(n)
	case and:
		visit(n.left, seen)
		visit(n.right, seen)
	case or:
		visit(n.left, seen)
		visit(n.right, seen)
	case not:
		visit(n.operand, seen)
	case comparison:
		visit(n.left, seen)
		visit(n.right, seen)
	case between:
		visit(n.operand, seen)
		visit(n.low, seen)
		visit(n.high, seen)
	case in:
		visit(n.operand, seen)
		for _, e := range n.list {
			visit(e, seen)
		}
	case call:
		for _, arg := range n.args {
			visit(arg, seen)
		}
	}
}
