package expr

import (
	"slices"
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// Path is a document path: "orders[0].total".
type Path []Step

// Step is one step of a path: a map's name, or a list's index if Name is empty.
type Step struct {
	Name  string
	Index int
}

func (s Step) isIndex() bool { return s.Name == "" }

// String writes a path as in AWS's messages: "[orders, [0], total]".
func (p Path) String() string {
	steps := make([]string, len(p))
	for i, s := range p {
		steps[i] = s.Name
		if s.isIndex() {
			steps[i] = "[" + strconv.Itoa(s.Index) + "]"
		}
	}
	return "[" + strings.Join(steps, ", ") + "]"
}

// Top is the attribute at the start of the path.
func (p Path) Top() string { return p[0].Name }

// compare orders paths so that list elements come by index.
func (p Path) compare(q Path) int {
	return slices.CompareFunc(p, q, func(s, t Step) int {
		if s.Index != t.Index {
			return s.Index - t.Index
		}
		return strings.Compare(s.Name, t.Name)
	})
}

// find returns the value at the path within v.
func (p Path) find(v attr.Value) (attr.Value, bool) {
	for _, step := range p {
		switch container := v.(type) {
		case attr.Map:
			if step.isIndex() {
				return nil, false
			}
			inner, found := container[step.Name]
			if !found {
				return nil, false
			}
			v = inner
		case attr.List:
			if !step.isIndex() || step.Index >= len(container) {
				return nil, false
			}
			v = container[step.Index]
		default:
			return nil, false
		}
	}
	return v, true
}

// node is any part of a condition or of a value to set. The parser decides which nodes are allowed where
// syntax does, and the binder where AWS has a special message.
type node any

type (
	// placeholder is ":v" before binding.
	placeholder string
	// literal is a placeholder's value.
	literal struct{ attr.Value }
	// call is a function with its arguments.
	call struct {
		name string
		args []node
	}
	// sum is an addition or a subtraction; op is "+" or "-".
	sum struct {
		op          string
		left, right node
	}
	// comparison is one of = <> < <= > >=.
	comparison struct {
		op          string
		left, right node
	}
	between struct{ operand, low, high node }
	in      struct {
		operand node
		list    []node
	}
	and struct{ left, right node }
	or  struct{ left, right node }
	not struct{ operand node }
)

// isCondition reports whether a node can be true or false; for a call this shows only later.
func isCondition(n node) bool {
	switch n.(type) {
	case Path, placeholder:
		return false
	}
	return true
}

// isOperand reports whether a node can stand beside a comparator.
func isOperand(n node) bool {
	switch n.(type) {
	case Path, placeholder, call:
		return true
	}
	return false
}
