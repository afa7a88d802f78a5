package partiql

import "github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"

// isValue reports whether a value starts here, and not a name.
func (p *parser) isValue() bool {
	switch p.peek().kind {
	case tokenString, tokenNumber:
		return true
	case tokenWord:
		return p.is("true") || p.is("false") || p.is("null")
	case tokenPunctuation:
		return p.is("?") || p.is("[") || p.is("{") || p.is("<<") || p.is("-")
	}
	return false
}

// value is a literal or a parameter.
func (p *parser) value() attr.Wire {
	defer p.enter()()
	yes, no := true, false
	switch t := p.peek(); t.kind {
	case tokenString:
		p.next()
		return attr.Wire{S: &t.text}
	case tokenNumber:
		p.next()
		return attr.Wire{N: &t.text}
	}
	switch {
	case p.err != nil:
	case p.accept("-"):
		if p.peek().kind != tokenNumber {
			p.fail()
		}
		negative := "-" + p.next().text
		return attr.Wire{N: &negative}
	case p.accept("true"):
		return attr.Wire{BOOL: &yes}
	case p.accept("false"):
		return attr.Wire{BOOL: &no}
	case p.accept("null"):
		return attr.Wire{NULL: &yes}
	case p.accept("?"):
		return p.parameter()
	case p.accept("["):
		return attr.Wire{L: p.values("]")}
	case p.accept("<<"):
		return p.setOf(p.values(">>"))
	case p.accept("{"):
		return p.tuple()
	default:
		p.fail()
	}
	return attr.Wire{}
}

func (p *parser) parameter() attr.Wire {
	if p.used++; p.used > len(p.parameters) {
		return attr.Wire{NULL: new(bool)} // Parse reports the mismatch
	}
	return p.parameters[p.used-1]
}

// values reads a list up to its end, which is not empty but allocated if there are none.
func (p *parser) values(end string) []attr.Wire {
	list := []attr.Wire{}
	if p.accept(end) {
		return list
	}
	for {
		list = append(list, p.value())
		if !p.accept(",") {
			p.expect(end)
			return list
		}
	}
}

func (p *parser) setOf(elements []attr.Wire) attr.Wire {
	var set attr.Wire
	for _, e := range elements {
		switch {
		case e.S != nil:
			set.SS = append(set.SS, *e.S)
		case e.N != nil:
			set.NS = append(set.NS, *e.N)
		case e.B != nil:
			set.BS = append(set.BS, e.B)
		default:
			p.fail()
		}
	}
	return set // of several types it has several members, which its check refuses
}

func (p *parser) tuple() attr.Wire {
	m := map[string]attr.Wire{}
	if p.accept("}") {
		return attr.Wire{M: m}
	}
	for {
		key := p.next()
		if key.kind != tokenString {
			p.fail()
		}
		p.expect(":")
		m[key.text] = p.value()
		if p.accept(",") {
			continue
		}
		p.expect("}")
		return attr.Wire{M: m}
	}
}
