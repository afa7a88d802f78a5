package expr

import (
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// rank orders the errors of an expression with valid syntax: of several, AWS reports the one of the lowest
// rank, and the first of those.
type rank int

const (
	rankFunctionName rank = iota
	rankFunctionUse
	rankReserved
	rankSection
	rankName
	rankValue
	rankOverlap
	rankConflict
	rankOperator
	rankOperand
)

// binder replaces the placeholders of a tree and notes its errors.
type binder struct {
	scope   *Scope
	inOrder bool // of a condition: from rankName on, the first in the text is reported
	problem error
	rank    rank
}

func (b *binder) note(r rank, format string, args ...any) {
	if b.inOrder {
		r = min(r, rankName)
	}
	if b.problem == nil || r < b.rank {
		b.problem, b.rank = problemf(format, args...), r
	}
}

func (b *binder) path(path Path) Path {
	bound := slices.Clone(path)
	for i, step := range path {
		switch {
		case step.isIndex():
		case step.Name[0] == '#':
			name, defined := b.scope.names[step.Name]
			if !defined {
				b.note(rankName, "An expression attribute name used in the document path is not defined; attribute name: %s",
					step.Name)
				continue
			}
			b.scope.used[step.Name] = true
			bound[i].Name = name
		case isReserved(step.Name):
			b.note(rankReserved, "Attribute name is a reserved keyword; reserved keyword: %s", step.Name)
		}
	}
	if len(path) > maxLevels {
		b.note(rankName, "The document path has too many nesting levels; nesting levels: %d", len(path))
	}
	return bound
}

func (b *binder) value(p placeholder) node {
	v, defined := b.scope.values[string(p)]
	if !defined {
		b.note(rankValue, "An expression attribute value used in expression is not defined; attribute value: %s", string(p))
		return literal{attr.Null{}}
	}
	b.scope.used[string(p)] = true
	return literal{v}
}

// condition binds a node that must be true or false.
func (b *binder) condition(n node) node {
	switch n := n.(type) {
	case and:
		return and{b.condition(n.left), b.condition(n.right)}
	case or:
		return or{b.condition(n.left), b.condition(n.right)}
	case not:
		return not{b.condition(n.operand)}
	case comparison:
		bound := comparison{n.op, b.operand(n.left), b.operand(n.right)}
		b.checkDistinct(n.op, bound.left, bound.right)
		if n.op != "=" && n.op != "<>" {
			b.checkOrdered(n.op, bound.left, bound.right)
		}
		return bound
	case between:
		bound := between{b.operand(n.operand), b.operand(n.low), b.operand(n.high)}
		b.checkOrdered("BETWEEN", bound.operand, bound.low, bound.high)
		b.checkBounds(bound.low, bound.high)
		return bound
	case in:
		bound := in{b.operand(n.operand), make([]node, len(n.list))}
		for i, e := range n.list {
			bound.list[i] = b.operand(e)
		}
		if len(n.list) > maxIn {
			b.note(rankOperator, "The IN operator is provided with too many operands; number of operands: %d", len(n.list))
		}
		return bound
	default:
		c := n.(call)
		if c.name == "size" {
			b.note(rankFunctionUse, "The function is not allowed to be used this way in an expression; function: size")
		}
		return b.call(c, conditionFunctions, b.operand)
	}
}

// operand binds a node that must have a value: within a condition only size does.
func (b *binder) operand(n node) node {
	switch n := n.(type) {
	case placeholder:
		return b.value(n)
	case Path:
		return b.path(n)
	default:
		c := n.(call)
		if _, known := conditionFunctions[c.name]; known && c.name != "size" {
			b.note(rankFunctionUse, "The function is not allowed to be used this way in an expression; function: %s", c.name)
		}
		return b.call(c, conditionFunctions, b.operand)
	}
}

// function is how many operands a function takes, and its further checks.
type function struct {
	operands int
	check    func(b *binder, name string, args []node)
}

var conditionFunctions = map[string]function{
	"attribute_exists":     {1, (*binder).checkPath},
	"attribute_not_exists": {1, (*binder).checkPath},
	"attribute_type":       {2, (*binder).checkTypeName},
	"begins_with": {2, func(b *binder, name string, args []node) {
		b.checkKinds(name, args, attr.S, attr.B)
		b.checkDistinct(name, args[0], args[1])
	}},
	"contains": {2, func(b *binder, name string, args []node) { b.checkDistinct(name, args[0], args[1]) }},
	"size": {1, func(b *binder, name string, args []node) {
		b.checkKinds(name, args, attr.S, attr.B, attr.L, attr.M, attr.SS, attr.NS, attr.BS)
	}},
}

var updateFunctions = map[string]function{
	"if_not_exists": {2, (*binder).checkPath},
	"list_append": {2, func(b *binder, name string, args []node) {
		for _, arg := range args {
			if inner, ok := arg.(call); ok && inner.name == name {
				b.note(rankFunctionUse, "The function is not allowed to be used this way in an expression; function: %s", name)
			}
		}
		b.checkKinds(name, args, attr.L)
	}},
}

// call binds a call of one of the functions that are allowed there; argument binds its arguments.
func (b *binder) call(c call, functions map[string]function, argument func(node) node) node {
	bound := call{c.name, make([]node, len(c.args))}
	f, known := functions[c.name]
	if !known {
		b.noteFunction(c.name)
	}
	for i, arg := range c.args {
		bound.args[i] = argument(arg)
	}
	switch {
	case !known:
	case len(c.args) != f.operands:
		b.note(rankOperator,
			"Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", c.name,
			len(c.args))
	default:
		f.check(b, c.name, bound.args)
	}
	return bound
}

// noteFunction notes a function that there is not, or not in this expression.
func (b *binder) noteFunction(name string) {
	_, ofUpdates := updateFunctions[name]
	_, ofConditions := conditionFunctions[name]
	switch {
	case ofUpdates:
		b.note(rankFunctionUse, "The function is not allowed in a condition expression; function: %s", name)
	case ofConditions:
		b.note(rankFunctionUse, "The function is not allowed in an update expression; function: %s", name)
	default:
		b.note(rankFunctionName, "Invalid function name; function: %s", name)
	}
}

func (b *binder) checkPath(name string, args []node) {
	if _, ok := args[0].(Path); !ok {
		b.note(rankOperand, "Operator or function requires a document path; operator or function: %s", name)
	}
}

// typeNames are the types in the order of AWS's message.
var typeNames = []string{"B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"}

func (b *binder) checkTypeName(name string, args []node) {
	kind := kindOf(args[1])
	if kind == "" {
		kind = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}" // a path, which could hold any type
	}
	if kind != attr.S {
		b.note(rankOperand, "Incorrect operand type for operator or function; operator or function: %s, operand type: %s",
			name, kind)
		return
	}
	if t := string(args[1].(literal).Value.(attr.String)); !slices.Contains(typeNames, t) {
		b.note(rankOperand, "Invalid attribute type name found; type: %s, valid types: {%s}", t, strings.Join(typeNames, ","))
	}
}

// checkKinds notes a literal of a type that the operator cannot take.
func (b *binder) checkKinds(operator string, operands []node, allowed ...attr.Kind) {
	for _, n := range operands {
		if kind := kindOf(n); kind != "" && !slices.Contains(allowed, kind) {
			b.note(rankOperand, "Incorrect operand type for operator or function; operator or function: %s, operand type: %s",
				operator, kind)
			return
		}
	}
}

func (b *binder) checkOrdered(operator string, operands ...node) {
	b.checkKinds(operator, operands, attr.S, attr.N, attr.B)
}

// kindOf is the type of a node if it is known without an item, or "".
func kindOf(n node) attr.Kind {
	switch n := n.(type) {
	case literal:
		return n.Kind()
	case sum:
		return attr.N
	case call:
		switch n.name {
		case "size":
			return attr.N
		case "list_append":
			return attr.L
		}
	}
	return ""
}

func (b *binder) checkDistinct(operator string, first, second node) {
	left, ok := first.(Path)
	right, both := second.(Path)
	if ok && both && left.compare(right) == 0 {
		b.note(rankOperand,
			"The first operand must be distinct from the remaining operands for this operator or function; operator: %s, "+
				"first operand: %s", operator, left)
	}
}

func (b *binder) checkBounds(low, high node) {
	lower, isLiteral := low.(literal)
	upper, bothLiteral := high.(literal)
	if !isLiteral || !bothLiteral {
		return
	}
	problem := ""
	if lower.Kind() != upper.Kind() {
		problem = "requires same data type for lower and upper bounds"
	} else if order, ok := attr.Compare(lower.Value, upper.Value); ok && order > 0 {
		problem = "requires upper bound to be greater than or equal to lower bound"
	}
	if problem != "" {
		b.note(rankOperand,
			"The BETWEEN operator %s; lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s",
			problem, bare(lower), bare(upper))
	}
}

// bare writes a literal as in AWS's messages: {N:5}.
func bare(l literal) string { return strings.ReplaceAll(attr.Text(l.Value), `"`, "") }

func (b *binder) update(tree updateTree) Update {
	if tree.repeated != "" {
		b.note(rankSection, "The \"%s\" section can only be used once in an update expression;", tree.repeated)
	}
	bound := make([]action, len(tree.actions))
	paths := make([]Path, len(tree.actions))
	for i, a := range tree.actions {
		paths[i] = b.path(a.path)
		bound[i] = action{a.section, paths[i], nil}
		switch a.section {
		case "SET":
			bound[i].operand = b.setOperand(a.operand)
		case "ADD", "DELETE":
			bound[i].operand = b.value(a.operand.(placeholder))
			b.checkElements(a.section, bound[i].operand)
		}
	}
	b.checkOverlaps(paths)
	inOrder(bound)
	return Update{actions: bound}
}

// setOperand binds the right side of a SET, or a part of it.
func (b *binder) setOperand(n node) node {
	switch n := n.(type) {
	case placeholder:
		return b.value(n)
	case Path:
		return b.path(n)
	case sum:
		bound := sum{n.op, b.setOperand(n.left), b.setOperand(n.right)}
		b.checkKinds(n.op, []node{bound.left, bound.right}, attr.N)
		return bound
	default:
		return b.call(n.(call), updateFunctions, b.setOperand)
	}
}

// kindNames are the types that ADD and DELETE refuse, as in their message.
var kindNames = map[attr.Kind]string{
	attr.S: "STRING", attr.N: "NUMBER", attr.B: "BINARY", attr.NULL: "NULL",
	attr.BOOL: "BOOLEAN", attr.L: "LIST", attr.M: "MAP",
}

func (b *binder) checkElements(section string, operand node) {
	kind := kindOf(operand)
	if name, wrong := kindNames[kind]; wrong && !(section == "ADD" && kind == attr.N) {
		b.note(rankOperator, "Incorrect operand type for operator or function; operator: %s, operand type: %s", section, name)
	}
}

// checkOverlaps notes two paths if one is or contains the other, or if they use the same document as a map
// and as a list.
func (b *binder) checkOverlaps(paths []Path) {
	for i, later := range paths {
		for _, earlier := range paths[:i] {
			common := 0
			for common < min(len(earlier), len(later)) && earlier[common] == later[common] {
				common++
			}
			const advice = "must remove or rewrite one of these paths; path one: %s, path two: %s"
			switch {
			case common == len(earlier) || common == len(later):
				b.note(rankOverlap, "Two document paths overlap with each other; "+advice, earlier, later)
			case earlier[common].isIndex() != later[common].isIndex():
				b.note(rankConflict, "Two document paths conflict with each other; "+advice, earlier, later)
			}
		}
	}
}
