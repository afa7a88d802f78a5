package cloudwatch

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	maxExpression = 2048 // characters
	maxNesting    = 50
)

// node is a part of a metric math expression. Its op is "number", "text", "id", "list", "call" or an operator.
type node struct {
	op     string
	name   string // of an ID or a function; a text
	number float64
	call   call // of a function
	args   []*node
}

// references returns the IDs in the expression.
func (n *node) references() (names []string) {
	if n.op == "id" {
		names = append(names, n.name)
	}
	for _, a := range n.args {
		names = append(names, a.references()...)
	}
	return names
}

// parser reads an expression by recursive descent.
type parser struct {
	rest  string
	depth int
}

// operators by how tight they bind, the loosest first. Of those that begin alike the longer comes first.
var operators = [][]string{
	{"||", "OR"}, {"&&", "AND"}, {"==", "!=", "<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/"}, {"^"},
}

func parse(text string) (*node, error) {
	if len(text) > maxExpression {
		return nil, fmt.Errorf("it is longer than %d characters", maxExpression)
	}
	p := &parser{rest: text}
	n, err := p.binary(0)
	if err == nil && p.skip() != "" {
		err = p.unexpected()
	}
	return n, err
}

func (p *parser) skip() string {
	p.rest = strings.TrimLeft(p.rest, " \t\r\n")
	return p.rest
}

func (p *parser) take(word string) bool {
	rest, ok := strings.CutPrefix(p.skip(), word)
	if !ok || isName(word[0]) && rest != "" && isName(rest[0]) {
		return false
	}
	p.rest = rest
	return true
}

func (p *parser) unexpected() error {
	if p.skip() == "" {
		return fmt.Errorf("unexpected end")
	}
	return fmt.Errorf("unexpected %q", p.rest[:min(len(p.rest), 20)])
}

func isName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func (p *parser) binary(level int) (*node, error) {
	if level == len(operators) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for steps := 0; ; steps++ {
		op := ""
		for _, candidate := range operators[level] {
			if p.take(candidate) {
				op = candidate
				break
			}
		}
		if op == "" {
			return left, nil
		}
		right, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		switch op {
		case "OR":
			op = "||"
		case "AND":
			op = "&&"
		}
		left = &node{op: op, args: []*node{left, right}}
	}
}

func (p *parser) unary() (*node, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, fmt.Errorf("it is nested too deeply")
	}
	defer func() { p.depth-- }()
	if p.take("-") {
		n, err := p.unary()
		return &node{op: "-", args: []*node{{op: "number"}, n}}, err
	}
	switch c := p.skip(); {
	case c == "":
		return nil, p.unexpected()
	case p.take("("):
		n, err := p.binary(0)
		if err == nil && !p.take(")") {
			err = p.unexpected()
		}
		return n, err
	case p.take("["):
		args, err := p.list("]")
		return &node{op: "list", args: args}, err
	case c[0] == '\'' || c[0] == '"':
		end := strings.IndexByte(c[1:], c[0])
		if end < 0 {
			return nil, fmt.Errorf("a text is not closed")
		}
		p.rest = c[end+2:]
		return &node{op: "text", name: c[1 : end+1]}, nil
	case c[0] >= '0' && c[0] <= '9' || c[0] == '.':
		return p.literal()
	case isName(c[0]):
		return p.named()
	}
	return nil, p.unexpected()
}

func (p *parser) literal() (*node, error) {
	end := 0
	for end < len(p.rest) && (p.rest[end] == '.' || p.rest[end] >= '0' && p.rest[end] <= '9') {
		end++
	}
	v, err := strconv.ParseFloat(p.rest[:end], 64)
	if err != nil {
		return nil, p.unexpected()
	}
	p.rest = p.rest[end:]
	return &node{op: "number", number: v}, nil
}

func (p *parser) named() (*node, error) {
	end := 0
	for end < len(p.rest) && isName(p.rest[end]) {
		end++
	}
	name := p.rest[:end]
	p.rest = p.rest[end:]
	if !p.take("(") {
		if name == "REPEAT" || name == "LINEAR" {
			return &node{op: "text", name: name}, nil
		}
		return &node{op: "id", name: name}, nil
	}
	f, ok := functionNamed(name)
	if !ok {
		return nil, fmt.Errorf("the function %s is not supported", name)
	}
	args, err := p.list(")")
	if err != nil {
		return nil, err
	}
	if len(args) < f.least || len(args) > f.most {
		return nil, fmt.Errorf("%s does not take %d arguments", name, len(args))
	}
	return &node{op: "call", call: f.call, args: args}, nil
}

// list reads arguments up to the closing bracket.
func (p *parser) list(closing string) ([]*node, error) {
	var args []*node
	if p.take(closing) {
		return args, nil
	}
	for {
		n, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		args = append(args, n)
		switch {
		case p.take(closing):
			return args, nil
		case !p.take(","):
			return nil, p.unexpected()
		}
	}
}
