package expr

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// KeyTerm is one condition on one key attribute. Op is = < <= > >= BETWEEN or begins_with.
type KeyTerm struct {
	Name   string
	Op     string
	Values []attr.Value // two for BETWEEN, one otherwise
}

const keyConditionParam = "KeyConditionExpression"

// KeyCondition binds a KeyConditionExpression and splits it: it must be a conjunction of terms, at most one
// for each attribute. The table decides which attributes are keys.
func (s *Scope) KeyCondition(text string) ([]KeyTerm, error) {
	bound, err := s.Condition(keyConditionParam, text)
	if err != nil {
		return nil, err
	}
	return conjunction(bound.root, nil)
}

func conjunction(n node, terms []KeyTerm) ([]KeyTerm, error) {
	if both, ok := n.(and); ok {
		terms, err := conjunction(both.left, terms)
		if err != nil {
			return nil, err
		}
		return conjunction(both.right, terms)
	}
	term, err := keyTerm(n)
	if err != nil {
		return nil, err
	}
	for _, other := range terms {
		if other.Name == term.Name {
			return nil,
				problem("Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key")
		}
	}
	return append(terms, term), nil
}

func keyTerm(n node) (KeyTerm, error) {
	switch n := n.(type) {
	case or:
		return KeyTerm{}, wrongOperator("OR")
	case not:
		return KeyTerm{}, wrongOperator("NOT")
	case in:
		return KeyTerm{}, wrongOperator("IN")
	case between:
		if _, ok := n.operand.(Path); !ok {
			return KeyTerm{}, keyFirst("BETWEEN")
		}
		return newKeyTerm("BETWEEN", n.operand, n.low, n.high)
	case comparison:
		if n.op == "<>" {
			return KeyTerm{}, wrongOperator("<>")
		}
		if _, ok := n.left.(Path); !ok { // ":v < key" says "key > :v"
			return newKeyTerm(mirrored[n.op], n.right, n.left)
		}
		return newKeyTerm(n.op, n.left, n.right)
	default:
		c := n.(call)
		if c.name != "begins_with" {
			return KeyTerm{}, wrongOperator(c.name)
		}
		if _, ok := c.args[0].(Path); !ok {
			return KeyTerm{}, keyFirst(c.name)
		}
		return newKeyTerm(c.name, c.args[0], c.args[1])
	}
}

var mirrored = map[string]string{"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func newKeyTerm(op string, key node, operands ...node) (KeyTerm, error) {
	for _, n := range append(operands, key) {
		if _, nested := n.(call); nested {
			return KeyTerm{}, problem("Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations")
		}
	}
	path, ok := key.(Path)
	switch {
	case !ok:
		return KeyTerm{}, invalidKeyCondition("No key attribute specified")
	case len(path) > 1:
		return KeyTerm{}, problem("Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on " +
			"nested attributes")
	}
	term := KeyTerm{Name: path.Top(), Op: op}
	for _, n := range operands {
		v, ok := n.(literal)
		if !ok {
			return KeyTerm{}, invalidKeyCondition("Multiple attribute names used in one condition")
		}
		term.Values = append(term.Values, v.Value)
	}
	return term, nil
}

func wrongOperator(op string) error {
	return problemf("Invalid operator used in %s: %s", keyConditionParam, op)
}

func keyFirst(op string) error {
	return invalidKeyCondition(fmt.Sprintf("%s operator must have the key attribute as its first operand", op))
}

func invalidKeyCondition(what string) error {
	return problemf("Invalid condition in %s: %s", keyConditionParam, what)
}
