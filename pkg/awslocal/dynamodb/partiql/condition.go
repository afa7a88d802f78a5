package partiql

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// operand is one side of a comparison.
type operand struct {
	text  Text
	name  string     // of a top-level attribute
	value *attr.Wire // of a literal or a parameter
	term  *Condition // of a function that is a simple condition: begins_with
}

func (p *parser) or() Condition {
	defer p.enter()()
	c := p.and()
	for p.accept("OR") {
		left, right := c.inside(), p.and().inside()
		c = Condition{Text: func(b *Binding) string { return left(b) + " OR " + right(b) }, bare: true}
	}
	return c
}

func (p *parser) and() Condition {
	c := p.not()
	for p.accept("AND") {
		list := c.conjuncts
		if list == nil {
			list = []Condition{c}
		}
		next := p.not()
		if next.conjuncts != nil {
			list = append(list, next.conjuncts...)
		} else {
			list = append(list, next)
		}
		c = Condition{bare: true, conjuncts: list, Text: func(b *Binding) string {
			parts := make([]string, len(list))
			for i, part := range list {
				parts[i] = part.Inside(b)
			}
			return strings.Join(parts, " AND ")
		}}
	}
	return c
}

func (p *parser) not() Condition {
	defer p.enter()()
	if p.accept("NOT") {
		inner := p.not().inside()
		return Condition{Text: func(b *Binding) string { return "NOT " + inner(b) }}
	}
	return p.comparison()
}

// inside writes the condition as a part of another.
func (c Condition) inside() Text {
	if !c.bare {
		return c.Text
	}
	return func(b *Binding) string { return "(" + c.Text(b) + ")" }
}

// Inside writes the condition as a part of another.
func (c Condition) Inside(b *Binding) string { return c.inside()(b) }

func (p *parser) comparison() Condition {
	if p.accept("(") {
		c := p.or()
		p.expect(")")
		return c
	}
	left := p.operand()
	switch {
	case p.accept("IS"):
		return p.isMissing(left)
	case p.accept("BETWEEN"):
		low := p.operand()
		p.expect("AND")
		high := p.operand()
		text := func(b *Binding) string { return left.text(b) + " BETWEEN " + low.text(b) + " AND " + high.text(b) }
		if high.value == nil {
			return Condition{Text: text}
		}
		return left.compared("BETWEEN", low, text)
	case p.is("NOT") || p.is("IN"):
		return p.in(left)
	}
	for _, op := range []string{"=", "<>", "!=", "<=", ">=", "<", ">"} {
		if !p.accept(op) {
			continue
		}
		if op == "!=" {
			op = "<>"
		}
		right := p.operand()
		return left.compared(op, right, func(b *Binding) string { return left.text(b) + " " + op + " " + right.text(b) })
	}
	if left.name != "" || left.value != nil { // not a function
		p.fail()
	}
	if left.term != nil {
		return *left.term
	}
	return Condition{Text: left.text}
}

// compared is the condition on an operand; a simple one says so.
func (o operand) compared(op string, right operand, text Text) Condition {
	c := Condition{Text: text}
	if o.name != "" && right.value != nil {
		c.Name, c.Op, c.Value = o.name, op, *right.value
	}
	return c
}

func (p *parser) isMissing(left operand) Condition {
	not := p.accept("NOT")
	function := "attribute_not_exists"
	if not {
		function = "attribute_exists"
	}
	if p.accept("MISSING") {
		return Condition{Text: func(b *Binding) string { return function + "(" + left.text(b) + ")" }}
	}
	p.expect("NULL")
	null := "NULL"
	kind := value(attr.Wire{S: &null})
	prefix := ""
	if not {
		prefix = "NOT "
	}
	return Condition{Text: func(b *Binding) string {
		return prefix + "attribute_type(" + left.text(b) + ", " + kind(b) + ")"
	}}
}

func (p *parser) in(left operand) Condition {
	prefix := ""
	if p.accept("NOT") {
		prefix = "NOT "
	}
	p.expect("IN")
	end := "]"
	if !p.accept("[") {
		p.expect("(")
		end = ")"
	}
	var texts []Text
	for _, v := range p.values(end) {
		texts = append(texts, value(v))
	}
	if len(texts) == 0 {
		p.fail()
		return Condition{}
	}
	return Condition{Text: func(b *Binding) string { return prefix + left.text(b) + " IN (" + *b.Join(texts, ", ") + ")" }}
}

// operand is a path, a value or a function. begins_with is also a simple condition.
func (p *parser) operand() operand {
	defer p.enter()()
	if p.isValue() {
		v := p.value()
		return operand{text: value(v), value: &v}
	}
	if next := min(p.at+1, len(p.tokens)-1); p.peek().kind != tokenWord || p.tokens[next].text != "(" ||
		p.tokens[next].kind != tokenPunctuation {
		text, name := p.path()
		if name == "" {
			return operand{text: text}
		}
		return operand{text: text, name: name}
	}
	function := strings.ToLower(p.name())
	p.expect("(")
	var args []operand
	var texts []Text
	for {
		args = append(args, p.operand())
		texts = append(texts, args[len(args)-1].text)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	o := operand{text: func(b *Binding) string { return function + "(" + *b.Join(texts, ", ") + ")" }}
	if function == "begins_with" && len(args) == 2 {
		term := args[0].compared(function, args[1], o.text)
		o.term = &term
	}
	return o
}
