package expr

import (
	"errors"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// AWS's messages for an update that does not fit the item.
const (
	errNoSuchPath      = problem("The document path provided in the update expression is invalid for update")
	errNoSuchAttribute = problem("The provided expression refers to an attribute that does not exist in the item")
	errOperandType     = problem("An operand in the update expression has an incorrect data type")
)

// action is one change of an update: a section's keyword, the path, and the operand (nil for REMOVE).
type action struct {
	section string
	path    Path
	operand node
}

// updateTree is a parsed update, in the order of the text. The binder reports a duplicate section, which has
// its own message.
type updateTree struct {
	actions  []action
	repeated string
}

// update = section { section } .
func (p *parser) update() updateTree {
	p.ofUpdate = true
	var tree updateTree
	seen := map[string]bool{}
	for {
		section, production := p.section()
		if production == nil {
			p.fail()
			return tree
		}
		if seen[section] && tree.repeated == "" {
			tree.repeated = section
		}
		seen[section] = true
		for _, a := range commaSeparated(p, production) {
			a.section = section
			tree.actions = append(tree.actions, a)
		}
		if p.peek().kind == tokenEOF {
			return tree
		}
	}
}

// section takes a section's keyword and returns the production of its actions.
func (p *parser) section() (string, func(*parser) action) {
	switch {
	case p.accept("SET"):
		return "SET", func(p *parser) action {
			path := p.path()
			p.expect("=")
			return action{path: path, operand: p.sum()}
		}
	case p.accept("REMOVE"):
		return "REMOVE", func(p *parser) action { return action{path: p.path()} }
	case p.accept("ADD"):
		return "ADD", (*parser).pathAndValue
	case p.accept("DELETE"):
		return "DELETE", (*parser).pathAndValue
	}
	return "", nil
}

func (p *parser) pathAndValue() action {
	path := p.path()
	t := p.peek()
	if t.kind != tokenValue {
		p.fail()
		return action{}
	}
	p.next()
	return action{path: path, operand: placeholder(t.text)}
}

// sum = operand [ ( "+" | "-" ) operand ] | "(" sum ")" .
func (p *parser) sum() node {
	left := p.operand((*parser).sum)
	if !p.is("+") && !p.is("-") {
		return left
	}
	p.requireOperand(left)
	op := p.next().text
	p.operator()
	return sum{op, left, p.requireOperand(p.operand((*parser).sum))}
}

func parseUpdate(text string) (updateTree, error) { return parse(text, (*parser).update) }

// Update is a bound update expression.
type Update struct {
	actions []action
	legacy  bool // of AttributeUpdates
}

// Paths returns the paths that the update changes.
func (u Update) Paths() []Path {
	paths := make([]Path, len(u.actions))
	for i, a := range u.actions {
		paths[i] = a.path
	}
	return paths
}

// OnlyRemoves reports whether the update has actions but sets no attribute. Such an update does not create an
// item.
func (u Update) OnlyRemoves() bool {
	for _, a := range u.actions {
		if a.section == "SET" || a.section == "ADD" {
			return false
		}
	}
	return len(u.actions) > 0
}

// Apply returns the item with the changes made. Operands and list indexes refer to the item before the
// update: elements are set before any is removed, and removed from the end.
func (u Update) Apply(item attr.Map) (attr.Map, error) {
	changed := maps.Clone(item)
	if changed == nil {
		changed = attr.Map{}
	}
	for _, a := range u.actions {
		v, err := a.result(item)
		if u.legacy && errors.Is(err, errOperandType) {
			err = problem("Type mismatch for attribute to update")
		}
		if err != nil {
			return nil, err
		}
		replaced, err := replace(changed, a.path, v, true)
		if err != nil {
			return nil, err
		}
		changed = replaced.(attr.Map)
	}
	return changed, nil
}

// inOrder sorts the actions so that each may be applied separately: see Apply.
func inOrder(actions []action) {
	slices.SortStableFunc(actions, func(a, b action) int {
		switch {
		case a.section != "REMOVE" && b.section != "REMOVE":
			return a.path.compare(b.path)
		case a.section == "REMOVE" && b.section == "REMOVE":
			return b.path.compare(a.path)
		case b.section == "REMOVE":
			return -1
		}
		return 1
	})
}

// result returns the new value at the action's path; nil means that it is removed.
func (a action) result(item attr.Map) (attr.Value, error) {
	switch a.section {
	case "SET":
		return operandOf(a.operand, item)
	case "REMOVE":
		return nil, nil
	}
	operand := a.operand.(literal).Value
	old, found := a.path.find(item)
	if !found {
		if a.section == "ADD" {
			return operand, nil
		}
		return nil, nil
	}
	switch old := old.(type) {
	case attr.Number:
		if n, same := operand.(attr.Number); same && a.section == "ADD" {
			return old.Add(n)
		}
	case attr.List: // only in AttributeUpdates
		if list, same := operand.(attr.List); same && a.section == "ADD" {
			return slices.Concat(old, list), nil
		}
	case attr.Set:
		set, same := operand.(attr.Set)
		switch {
		case !same || set.Kind() != old.Kind():
		case a.section == "ADD":
			return old.Union(set), nil
		default:
			if rest, ok := old.Minus(set); ok {
				return rest, nil
			}
			return nil, nil
		}
	}
	return nil, errOperandType
}

// operandOf evaluates the right side of a SET.
func operandOf(n node, item attr.Map) (attr.Value, error) {
	switch n := n.(type) {
	case literal:
		return n.Value, nil
	case Path:
		v, found := n.find(item)
		if !found {
			return nil, errNoSuchAttribute
		}
		return v, nil
	case sum:
		return n.evaluate(item)
	default:
		return updateFunction(n.(call), item)
	}
}

func (s sum) evaluate(item attr.Map) (attr.Value, error) {
	left, err := operandOf(s.left, item)
	if err != nil {
		return nil, err
	}
	right, err := operandOf(s.right, item)
	if err != nil {
		return nil, err
	}
	a, isNumber := left.(attr.Number)
	b, bothNumbers := right.(attr.Number)
	if !isNumber || !bothNumbers {
		return nil, errOperandType
	}
	if s.op == "-" {
		b = b.Neg()
	}
	return a.Add(b)
}

func updateFunction(c call, item attr.Map) (attr.Value, error) {
	if c.name == "if_not_exists" {
		if v, found := c.args[0].(Path).find(item); found {
			return v, nil
		}
		return operandOf(c.args[1], item)
	}
	var joined attr.List // list_append
	for _, arg := range c.args {
		v, err := operandOf(arg, item)
		if err != nil {
			return nil, err
		}
		list, ok := v.(attr.List)
		if !ok {
			return nil, errOperandType
		}
		joined = append(joined, list...)
	}
	return joined, nil
}

// replace returns container with the value at the path changed, or removed if v is nil. It copies each
// container on the way except an owned one. An index past a list's end appends.
func replace(container attr.Value, path Path, v attr.Value, owned bool) (attr.Value, error) {
	step, rest := path[0], path[1:]
	switch old := container.(type) {
	case attr.Map:
		if step.isIndex() {
			return nil, errNoSuchPath
		}
		inner, found := old[step.Name]
		if !found && len(rest) > 0 {
			return nil, errNoSuchPath
		}
		v, err := replaceInner(inner, rest, v)
		if err != nil {
			return nil, err
		}
		if !owned {
			old = maps.Clone(old)
		}
		if v == nil {
			delete(old, step.Name)
		} else {
			old[step.Name] = v
		}
		return old, nil
	case attr.List:
		within := step.Index < len(old)
		switch {
		case !step.isIndex() || !within && len(rest) > 0:
			return nil, errNoSuchPath
		case !within && v == nil:
			return old, nil
		case !within:
			return append(slices.Clip(old), v), nil
		}
		v, err := replaceInner(old[step.Index], rest, v)
		if err != nil {
			return nil, err
		}
		old = slices.Clone(old)
		if v == nil {
			return slices.Delete(old, step.Index, step.Index+1), nil
		}
		old[step.Index] = v
		return old, nil
	}
	return nil, errNoSuchPath
}

func replaceInner(inner attr.Value, rest Path, v attr.Value) (attr.Value, error) {
	if len(rest) == 0 {
		return v, nil
	}
	return replace(inner, rest, v, false)
}
