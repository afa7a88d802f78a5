package asl

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
)

// condition is a path's filter: does a value satisfy it?
type condition func(current any, e *evaluation) (bool, error)

// operand yields a value of a comparison; found is false if its path leads nowhere.
type operand func(current any, e *evaluation) (value any, found bool, err error)

// condition reads alternatives: a || b.
func (s *scanner) condition() (condition, error) {
	return s.chain("||", true, func() (condition, error) { return s.chain("&&", false, s.term) })
}

// chain reads conditions that an operator joins; a condition that equals decisive decides.
func (s *scanner) chain(operator string, decisive bool, part func() (condition, error)) (condition, error) {
	var parts []condition
	for {
		p, err := part()
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
		if s.space(); !s.skip(operator) {
			break
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return func(current any, e *evaluation) (bool, error) {
		for _, p := range parts {
			if ok, err := p(current, e); err != nil || ok == decisive {
				return ok, err
			}
		}
		return !decisive, nil
	}, nil
}

func (s *scanner) term() (condition, error) {
	if err := s.enter(maxPathNesting); err != nil {
		return nil, err
	}
	defer func() { s.depth-- }()
	s.space()
	switch {
	case s.skip("("):
		inner, err := s.condition()
		if err != nil {
			return nil, err
		}
		if s.space(); !s.skip(")") {
			return nil, s.unexpected()
		}
		return inner, nil
	case s.peek() == '!':
		s.at++
		inner, err := s.term()
		if err != nil {
			return nil, err
		}
		return func(current any, e *evaluation) (bool, error) {
			ok, err := inner(current, e)
			return !ok, err
		}, nil
	}
	return s.comparison()
}

func (s *scanner) comparison() (condition, error) {
	left, err := s.operand()
	if err != nil {
		return nil, err
	}
	s.space()
	if s.skip("=~") {
		return s.regexp(left)
	}
	for _, operator := range []string{"==", "!=", "<=", ">=", "<", ">", "in ", "nin "} { // longer ones first
		if !s.skip(operator) {
			continue
		}
		right, err := s.operand()
		if err != nil {
			return nil, err
		}
		compare := comparisons[strings.TrimSpace(operator)]
		return func(current any, e *evaluation) (bool, error) {
			a, foundA, err := left(current, e)
			if err != nil {
				return false, err
			}
			b, foundB, err := right(current, e)
			if err != nil {
				return false, err
			}
			if !foundA || !foundB {
				return operator == "!=" && foundA != foundB, nil
			}
			return compare(a, b), e.spend(size(a, MaxData) + size(b, MaxData))
		}, nil
	}
	return func(current any, e *evaluation) (bool, error) { // no operator: there is such a value
		_, found, err := left(current, e)
		return found, err
	}, nil
}

var comparisons = map[string]func(a, b any) bool{
	"==":  equal,
	"!=":  func(a, b any) bool { return !equal(a, b) },
	"<":   func(a, b any) bool { order, ok := compare(a, b); return ok && order < 0 },
	"<=":  func(a, b any) bool { order, ok := compare(a, b); return ok && order <= 0 },
	">":   func(a, b any) bool { order, ok := compare(a, b); return ok && order > 0 },
	">=":  func(a, b any) bool { order, ok := compare(a, b); return ok && order >= 0 },
	"in":  contains,
	"nin": func(a, b any) bool { return !contains(a, b) },
}

func contains(element, list any) bool {
	array, _ := list.([]any)
	for _, v := range array {
		if equal(element, v) {
			return true
		}
	}
	return false
}

// regexp reads /pattern/ or /pattern/i, which has to match the whole text.
func (s *scanner) regexp(left operand) (condition, error) {
	if s.space(); !s.skip("/") {
		return nil, s.unexpected()
	}
	start := s.at
	for ; !s.done() && s.peek() != '/'; s.at++ {
		if s.peek() == '\\' {
			s.at++
		}
	}
	if s.done() {
		return nil, errors.New("unterminated pattern")
	}
	pattern := "^(?:" + s.text[start:s.at] + ")$"
	if s.at++; s.skip("i") {
		pattern = "(?i)" + pattern
	}
	if len(pattern) > 1000 {
		return nil, errors.New("pattern is too long")
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	return func(current any, e *evaluation) (bool, error) {
		value, _, err := left(current, e)
		text, ok := value.(string)
		if err != nil || !ok {
			return false, err
		}
		return re.MatchString(text), e.spend(len(text) * len(pattern) / 8)
	}, nil
}

func (s *scanner) operand() (operand, error) {
	if s.space(); s.peek() == '@' || s.peek() == '$' {
		current := s.peek() == '@'
		p, err := s.path()
		if err != nil {
			return nil, err
		}
		return func(v any, e *evaluation) (any, bool, error) {
			var reached int
			var err error
			if current {
				v, reached, err = p.from(v, e)
			} else {
				v, reached, err = p.find(e)
			}
			return v, reached == len(p.steps), err
		}, nil
	}
	value, err := s.literal()
	if err != nil {
		return nil, err
	}
	return func(any, *evaluation) (any, bool, error) { return value, true, nil }, nil
}

// literal reads a string, a number, true, false, null or a list of them.
func (s *scanner) literal() (any, error) {
	switch c := s.peek(); {
	case c == '\'' || c == '"':
		return s.quoted()
	case s.skip("true"):
		return true, nil
	case s.skip("false"):
		return false, nil
	case s.skip("null"):
		return nil, nil
	case s.skip("["):
		return s.literals()
	}
	return s.number()
}

func (s *scanner) literals() (any, error) {
	if err := s.enter(maxPathNesting); err != nil {
		return nil, err
	}
	defer func() { s.depth-- }()
	values := []any{}
	if s.space(); s.skip("]") {
		return values, nil
	}
	err := s.list(func() error {
		v, err := s.literal()
		values = append(values, v)
		return err
	})
	if err == nil && !s.skip("]") {
		err = s.unexpected()
	}
	return values, err
}

func (s *scanner) number() (any, error) {
	start := s.at
	for strings.IndexByte("+-.0123456789eE", s.peek()) >= 0 && !s.done() {
		s.at++
	}
	text := s.text[start:s.at]
	if !json.Valid([]byte(text)) {
		s.at = start
		return nil, s.unexpected()
	}
	return json.Number(text), nil
}
