package expr

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// What AWS limits: the length of an expression, its operators (and functions, in an update), the operands of IN, the
// levels of a path, and the index of a list's element.
const (
	maxLength    = 4096
	maxOperators = 300
	maxIn        = 100
	maxLevels    = 32
	maxIndex     = math.MaxInt32
)

// problem is an error in AWS's own words.
type problem string

func (p problem) Error() string { return string(p) }

func problemf(format string, args ...any) error { return problem(fmt.Sprintf(format, args...)) }

// parser walks the tokens of one expression, one method for each production of the grammar. The first error
// sticks: after it the parser stands still, and every method returns at once.
type parser struct {
	text   string
	tokens []token
	at     int
	err    error

	late      error // the first error beside syntax, which comes before it: "((a = b))"
	operators int
	ofUpdate  bool // functions count as operators
}

// parse runs a production over the whole text.
func parse[T any](text string, production func(*parser) T) (T, error) {
	var none T
	switch {
	case strings.TrimSpace(text) == "":
		return none, problem("The expression can not be empty;")
	case len(text) > maxLength:
		return none, problemf("Expression size has exceeded the maximum allowed size; expression size: %d", len(text))
	}
	p := &parser{text: text, tokens: lex(text)}
	tree := production(p)
	if p.err == nil && p.peek().kind != tokenEOF {
		p.fail()
	}
	if p.err == nil {
		p.err = p.late
	}
	if p.err != nil {
		return none, p.err
	}
	return tree, nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

// next returns the current token and moves on, but never past the end or an error.
func (p *parser) next() token {
	t := p.peek()
	if t.kind != tokenEOF && p.err == nil {
		p.at++
	}
	return t
}

// fail notes a syntax error at the current token. AWS shows it with its neighbors.
func (p *parser) fail() {
	if p.err != nil {
		return
	}
	last := len(p.tokens) - 2 // before the end
	from, to := p.tokens[max(0, p.at-1)], p.tokens[min(p.at+1, last)]
	p.err = problemf("Syntax error; token: \"%s\", near: \"%s\"", p.peek().text, p.text[from.start:to.end])
	p.at = len(p.tokens) - 1 // at the end, where no production finds anything to do
}

// note notes an error beside syntax.
func (p *parser) note(err error) {
	if p.late == nil {
		p.late = err
	}
}

// operator counts an operator. AWS stops counting at the first that is too many.
func (p *parser) operator() {
	if p.operators++; p.operators > maxOperators {
		p.note(problemf("The expression contains too many operators; operator count: %d", maxOperators+1))
	}
}

// is reports whether the current token is that punctuation or keyword (in any case).
func (p *parser) is(text string) bool {
	t := p.peek()
	return (t.kind == tokenWord || t.kind == tokenPunctuation) && strings.EqualFold(t.text, text)
}

// accept moves past the current token if it is that punctuation or keyword.
func (p *parser) accept(text string) bool {
	if !p.is(text) {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(text string) {
	if !p.accept(text) {
		p.fail()
	}
}

// commaSeparated runs a production once or more.
func commaSeparated[T any](p *parser, production func(*parser) T) []T {
	list := []T{production(p)}
	for p.accept(",") {
		list = append(list, production(p))
	}
	return list
}

// path = name { "." name | "[" index "]" } .
func (p *parser) path() Path {
	path := Path{p.name()}
	for {
		switch {
		case p.accept("."):
			path = append(path, p.name())
		case p.accept("["):
			path = append(path, p.index())
			p.expect("]")
		default:
			return path
		}
	}
}

func (p *parser) name() Step {
	if kind := p.peek().kind; kind != tokenWord && kind != tokenName {
		p.fail()
		return Step{}
	}
	return Step{Name: p.next().text}
}

func (p *parser) index() Step {
	t := p.peek()
	if t.kind != tokenInteger {
		p.fail()
		return Step{}
	}
	p.next()
	i, err := strconv.Atoi(t.text)
	if err != nil || i > maxIndex {
		p.note(problemf("List index is not within the allowable range; index: [%s]", t.text))
	}
	return Step{Index: i}
}

// operand = path | value | function, and in parentheses whatever the caller allows there.
func (p *parser) operand(inParentheses func(*parser) node) node {
	switch t := p.peek(); {
	case t.kind == tokenValue:
		p.next()
		return placeholder(t.text)
	case p.is("("):
		return p.parenthesised(inParentheses)
	case t.kind == tokenWord && p.tokens[p.at+1].text == "(":
		return p.function(inParentheses)
	default:
		return p.path()
	}
}

func (p *parser) parenthesised(production func(*parser) node) node {
	opened := p.at
	p.expect("(")
	inner := production(p)
	// Redundant if the parenthesis is followed by another one that closes right before it.
	doubled := p.tokens[opened+1].text == "(" && p.is(")") && p.closes(opened+1, p.at-1)
	p.expect(")")
	if doubled {
		p.note(problem("The expression has redundant parentheses;"))
	}
	return inner
}

// closes reports whether the parenthesis opened at one token is closed at the other.
func (p *parser) closes(opened, closed int) bool {
	depth := 0
	for i := opened; i <= closed; i++ {
		switch p.tokens[i].text {
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth == 0 {
			return i == closed
		}
	}
	return false
}

// function = name "(" operand { "," operand } ")" .
func (p *parser) function(inParentheses func(*parser) node) node {
	name := p.next().text
	if p.ofUpdate {
		p.operator()
	}
	p.expect("(")
	args := commaSeparated(p, func(p *parser) node {
		arg := p.operand(inParentheses)
		if !isOperand(arg) {
			p.fail()
		}
		return arg
	})
	p.expect(")")
	return call{name, args}
}
