package asl

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Path is a JSONPath: over the state's input ($.order.id) or over the context object ($$.Execution.Name).
type Path struct {
	text     string
	context  bool
	definite bool
	steps    []step
}

// step is one part of a path; exactly one of its meanings is set.
type step struct {
	names     []string // .a, ['a'] or ['a','b']
	indices   []int    // [0], [-1] or [0,2]
	slice     *slice   // [1:3]
	wildcard  bool     // .* or [*]
	filter    condition
	length    bool // .length(), at the end only
	recursive bool // .. before it: on every value below, too
}

type slice struct{ from, to *int }

const (
	maxPathNesting = 20 // of filters and their parentheses
	maxPathSteps   = 256
)

// ParsePath reads a path. The error says what is wrong.
func ParsePath(text string) (*Path, error) {
	s := &scanner{text: text}
	p, err := s.path()
	if err == nil && !s.done() {
		err = s.unexpected()
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// String is the path as it was written.
func (p *Path) String() string { return p.text }

// isReference tells paths that lead to one place, of names and plain indices, from others.
func (p *Path) isReference() bool {
	for _, s := range p.steps {
		if s.recursive || len(s.names)+len(s.indices) != 1 {
			return false
		}
	}
	return true
}

// path reads a path that begins with $, $$ or (in a filter) @.
func (s *scanner) path() (*Path, error) {
	start, p := s.at, &Path{definite: true}
	switch {
	case s.skip("$$"):
		p.context = true
	case s.skip("$"), s.skip("@"):
	default:
		return nil, errors.New("path must begin with $")
	}
	if c := s.peek(); isNameByte(c) {
		return nil, errors.New("variables are not supported")
	}
	for {
		st, ok, err := s.step()
		if err != nil {
			return nil, err
		}
		if !ok {
			p.text = s.text[start:s.at]
			return p, nil
		}
		if len(p.steps) > 0 && p.steps[len(p.steps)-1].length {
			return nil, errors.New("length() must be at the end of a path")
		}
		if st.recursive || st.wildcard || st.slice != nil || st.filter != nil || len(st.indices) > 1 {
			p.definite = false
		}
		if p.steps = append(p.steps, st); len(p.steps) > maxPathSteps {
			return nil, errors.New("path is too long")
		}
	}
}

// step reads the next step; ok is false if the path ends here.
func (s *scanner) step() (st step, ok bool, err error) {
	switch {
	case s.skip(".."):
		st.recursive = true
		if s.peek() == '[' {
			break
		}
		return s.named(st)
	case s.skip("."):
		return s.named(st)
	case s.peek() != '[':
		return st, false, nil
	}
	s.at++
	s.space()
	switch c := s.peek(); {
	case s.skip("*"):
		st.wildcard = true
	case s.skip("?"):
		s.space()
		if !s.skip("(") {
			return st, false, errors.New("a filter needs parentheses")
		}
		if st.filter, err = s.condition(); err != nil {
			return st, false, err
		}
		if s.space(); !s.skip(")") {
			return st, false, s.unexpected()
		}
	case c == '\'' || c == '"':
		err = s.list(func() error {
			name, err := s.quoted()
			st.names = append(st.names, name)
			return err
		})
	default:
		err = s.subscripts(&st)
	}
	if err != nil {
		return st, false, err
	}
	if s.space(); !s.skip("]") {
		return st, false, s.unexpected()
	}
	return st, true, nil
}

// named reads what follows a dot: a name, a star or length().
func (s *scanner) named(st step) (step, bool, error) {
	if s.skip("*") {
		st.wildcard = true
		return st, true, nil
	}
	start := s.at
	for isNameByte(s.peek()) || s.peek() == '-' {
		s.at++
	}
	name := s.text[start:s.at]
	if name == "" {
		return st, false, s.unexpected()
	}
	if s.skip("()") {
		if name != "length" || st.recursive {
			return st, false, fmt.Errorf("function %s() is not supported", name)
		}
		st.length = true
		return st, true, nil
	}
	st.names = []string{name}
	return st, true, nil
}

// subscripts reads indices or a slice.
func (s *scanner) subscripts(st *step) error {
	integer := func() (*int, error) {
		s.space()
		start := s.at
		s.skip("-")
		for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
			s.at++
		}
		if s.at == start {
			return nil, nil
		}
		n, err := strconv.Atoi(s.text[start:s.at])
		if err != nil {
			return nil, fmt.Errorf("%s is not an index", s.text[start:s.at])
		}
		s.space()
		return &n, nil
	}
	first, err := integer()
	if err != nil {
		return err
	}
	if s.skip(":") {
		to, err := integer()
		st.slice = &slice{first, to}
		return err
	}
	for {
		if first == nil {
			return s.unexpected()
		}
		st.indices = append(st.indices, *first)
		if !s.skip(",") {
			return nil
		}
		if first, err = integer(); err != nil {
			return err
		}
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// label is a reference path's step as messages show it.
func (s *step) label() string {
	if len(s.indices) > 0 {
		return strconv.Itoa(s.indices[0])
	}
	return s.names[0]
}

// canonical is the beginning of a path as messages show it: $['order']['items'][0].
func (p *Path) canonical(steps int) string {
	var b strings.Builder
	b.WriteString("$")
	for _, s := range p.steps[:steps] {
		for _, name := range s.names {
			b.WriteString("['" + name + "']")
		}
		for _, i := range s.indices {
			b.WriteString("[" + strconv.Itoa(i) + "]")
		}
		if s.length {
			b.WriteString(".length()")
		}
	}
	return b.String()
}
