package asl

import (
	"errors"
	"fmt"
)

const maxCallNesting = 10

// call is an intrinsic function with its arguments.
type call struct {
	text      string // as it was written
	function  function
	arguments []expression
}

func parseCall(text string) (*call, error) {
	s := &scanner{text: text}
	c, err := s.call()
	if err == nil && !s.done() {
		err = s.unexpected()
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// call reads States.Name(argument, …).
func (s *scanner) call() (*call, error) {
	if err := s.enter(maxCallNesting); err != nil {
		return nil, err
	}
	defer func() { s.depth-- }()
	start := s.at
	for isNameByte(s.peek()) || s.peek() == '.' {
		s.at++
	}
	name := s.text[start:s.at]
	f, ok := functions[name]
	if !ok {
		return nil, fmt.Errorf("no function %s", name)
	}
	c := &call{function: f}
	if s.space(); !s.skip("(") {
		return nil, s.unexpected()
	}
	if s.space(); s.peek() != ')' {
		err := s.list(func() error {
			a, err := s.argument()
			c.arguments = append(c.arguments, a)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if !s.skip(")") {
		return nil, s.unexpected()
	}
	if n := len(c.arguments); n < f.least || n > f.most {
		return nil, fmt.Errorf("%s with %d arguments", name, n)
	}
	c.text = s.text[start:s.at]
	return c, nil
}

func (s *scanner) argument() (expression, error) {
	switch c := s.peek(); {
	case c == '$':
		p, err := s.nestedPath()
		if err != nil {
			return nil, err
		}
		return p, nil
	case c == 'S':
		c, err := s.call()
		if err != nil {
			return nil, err
		}
		return c, nil
	case c == '\'':
		raw, err := s.raw()
		if err != nil {
			return nil, err
		}
		return quotation(raw), checkEscapes(raw)
	case c == '"' || c == '[':
		return nil, s.unexpected()
	}
	value, err := s.literal()
	return constant{value}, err
}

// nestedPath reads a path whose filters may be as deep as in any other.
func (s *scanner) nestedPath() (*Path, error) {
	depth := s.depth
	s.depth = 0
	defer func() { s.depth = depth }()
	return s.path()
}

// checkEscapes allows \', \{, \} and \\ alone.
func checkEscapes(raw string) error {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		if i++; i == len(raw) || raw[i] != '\'' && raw[i] != '{' && raw[i] != '}' && raw[i] != '\\' {
			return errors.New("illegal escape")
		}
	}
	return nil
}

// quotation is a literal text, with its escapes: States.Format tells \{} from {}.
type quotation string

func (q quotation) eval(*evaluation, string) (any, error) { return unescape(string(q)), nil }

type constant struct{ value any }

func (c constant) eval(*evaluation, string) (any, error) { return c.value, nil }

func (c *call) eval(e *evaluation, field string) (any, error) {
	arguments := make([]any, len(c.arguments))
	for i, a := range c.arguments {
		var err error
		if q, ok := a.(quotation); ok && c.function.raw && i == 0 {
			arguments[i] = string(q)
		} else if arguments[i], err = a.eval(e, field); err != nil {
			return nil, err
		}
		if err := e.measure(arguments[i]); err != nil {
			return nil, err
		}
	}
	value, err := c.function.apply(arguments, e.scope.Random)
	if err != nil {
		return nil, fail(ErrIntrinsicFailure, "The function '%s' had the following error: %v", c.text, err)
	}
	return value, e.measure(value)
}
