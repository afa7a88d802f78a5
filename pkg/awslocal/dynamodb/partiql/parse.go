package partiql

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// parser walks the tokens of one statement. The first error sticks, and moves it to the end.
type parser struct {
	tokens     []token
	at         int
	depth      int
	parameters []attr.Wire
	used       int
	err        error
}

// maxDepth bounds the nesting of a statement.
const maxDepth = 64

// Parse parses a statement with its parameters.
func Parse(text string, parameters []attr.Wire) (*Statement, error) {
	tokens, ok := lex(text)
	p := &parser{tokens: tokens, parameters: parameters}
	if !ok {
		return nil, SyntaxError("Statement wasn't well formed, can't be processed: Unterminated quoted text")
	}
	st := p.statement()
	p.accept(";")
	if p.err == nil && p.peek().kind != tokenEnd {
		p.fail()
	}
	if p.err == nil && p.used != len(parameters) {
		p.err = SyntaxError("Number of parameters in request and statement don't match.")
	}
	if p.err != nil {
		return nil, p.err
	}
	return st, nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.peek()
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

func (p *parser) fail() {
	if p.err == nil {
		p.err = SyntaxError("Statement wasn't well formed, can't be processed: Unexpected token: " + p.peek().text)
	}
	p.at = len(p.tokens) - 1
}

// is reports whether the current token is that punctuation or keyword, in any case.
func (p *parser) is(text string) bool {
	t := p.peek()
	return (t.kind == tokenWord || t.kind == tokenPunctuation) && strings.EqualFold(t.text, text)
}

func (p *parser) accept(text string) bool {
	if p.is(text) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(words ...string) {
	for _, w := range words {
		if !p.accept(w) {
			p.fail()
		}
	}
}

func (p *parser) name() string {
	if kind := p.peek().kind; kind != tokenWord && kind != tokenQuoted {
		p.fail()
		return ""
	}
	return p.next().text
}

// enter counts a level of nesting; leave is called on the way out.
func (p *parser) enter() (leave func()) {
	if p.depth++; p.depth > maxDepth {
		p.fail()
	}
	return func() { p.depth-- }
}

func (p *parser) statement() *Statement {
	st := &Statement{Sections: map[string][]Text{}}
	switch {
	case p.accept("SELECT"):
		p.selects(st)
	case p.accept("INSERT"):
		st.Kind = Insert
		p.expect("INTO")
		p.source(st)
		p.expect("VALUE")
		if v := p.value(); v.M != nil {
			st.Item = v.M
		} else {
			p.fail()
		}
	case p.accept("UPDATE"):
		st.Kind = Update
		p.source(st)
		p.sections(st)
		p.where(st)
		p.returning(st)
	case p.accept("DELETE"):
		st.Kind = Delete
		p.expect("FROM")
		p.source(st)
		p.where(st)
		p.returning(st)
	case p.accept("EXISTS"):
		p.expect("(", "SELECT")
		p.selects(st)
		st.Kind = Exists
		p.expect(")")
	default:
		p.fail()
	}
	return st
}

func (p *parser) selects(st *Statement) {
	if !p.accept("*") {
		for {
			path, _ := p.path()
			st.Projection = append(st.Projection, path)
			if !p.accept(",") {
				break
			}
		}
	}
	p.expect("FROM")
	p.source(st)
	if p.is("WHERE") {
		p.where(st)
	}
	if p.accept("ORDER") {
		p.expect("BY")
		st.OrderBy = p.name()
		st.Descending = p.accept("DESC")
		if !st.Descending {
			p.accept("ASC")
		}
	}
}

func (p *parser) source(st *Statement) {
	st.Table = p.name()
	if p.accept(".") {
		st.Index = p.name()
	}
}

func (p *parser) where(st *Statement) {
	p.expect("WHERE")
	c := p.or()
	if st.Where = c.conjuncts; st.Where == nil {
		st.Where = []Condition{c}
	}
}

func (p *parser) returning(st *Statement) {
	if !p.accept("RETURNING") {
		return
	}
	extent, version := "ALL", "NEW"
	if p.accept("MODIFIED") {
		extent = "UPDATED"
	} else {
		p.expect("ALL")
	}
	if p.accept("OLD") {
		version = "OLD"
	} else {
		p.expect("NEW")
	}
	p.expect("*")
	st.Returning = extent + "_" + version
}

func (p *parser) sections(st *Statement) {
	add := func(section string, t Text) { st.Sections[section] = append(st.Sections[section], t) }
	for {
		switch {
		case p.accept("SET"):
			for {
				add(p.set())
				if !p.accept(",") {
					break
				}
			}
		case p.accept("REMOVE"):
			for {
				path, _ := p.path()
				add("REMOVE", path)
				if !p.accept(",") {
					break
				}
			}
		default:
			if len(st.Sections) == 0 {
				p.fail()
			}
			return
		}
	}
}

// set is one assignment, and the section of an update expression that it belongs to.
func (p *parser) set() (string, Text) {
	path, _ := p.path()
	p.expect("=")
	for function, section := range map[string]string{"set_add": "ADD", "set_delete": "DELETE"} {
		if !p.accept(function) {
			continue
		}
		p.expect("(")
		p.path()
		p.expect(",")
		elements := value(p.value())
		p.expect(")")
		return section, func(b *Binding) string { return path(b) + " " + elements(b) }
	}
	left := p.operand()
	if !p.is("+") && !p.is("-") {
		return "SET", func(b *Binding) string { return path(b) + " = " + left.text(b) }
	}
	op := p.next().text
	right := p.operand()
	return "SET", func(b *Binding) string { return path(b) + " = " + left.text(b) + " " + op + " " + right.text(b) }
}

// path is a document path; name is set for a top-level attribute.
func (p *parser) path() (text Text, name string) {
	first := p.name()
	text, name = Name(first), first
	for {
		head := text
		var step Text
		switch {
		case p.accept("."):
			step = dotted(p.name())
		case p.accept("["):
			switch t := p.next(); t.kind {
			case tokenNumber:
				step = func(*Binding) string { return "[" + t.text + "]" }
			case tokenString:
				step = dotted(t.text)
			default:
				p.fail()
				return text, name
			}
			p.expect("]")
		default:
			return text, name
		}
		text, name = func(b *Binding) string { return head(b) + step(b) }, ""
	}
}

func dotted(name string) Text {
	return func(b *Binding) string { return "." + Name(name)(b) }
}
