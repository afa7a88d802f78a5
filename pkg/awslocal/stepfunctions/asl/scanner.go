package asl

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// scanner reads paths and calls of functions.
type scanner struct {
	text  string
	at    int
	depth int
}

func (s *scanner) done() bool { return s.at >= len(s.text) }

// peek is the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	if s.done() {
		return 0
	}
	return s.text[s.at]
}

func (s *scanner) skip(token string) bool {
	if !strings.HasPrefix(s.text[s.at:], token) {
		return false
	}
	s.at += len(token)
	return true
}

func (s *scanner) space() {
	for strings.IndexByte(" \t\r\n", s.peek()) >= 0 && !s.done() {
		s.at++
	}
}

func (s *scanner) unexpected() error {
	if s.done() {
		return errors.New("unexpected end")
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.at:])
	return fmt.Errorf("illegal character %q at position %d", r, s.at)
}

// enter goes a level deeper, if that is not too deep; the caller leaves it with s.depth--.
func (s *scanner) enter(limit int) error {
	if s.depth++; s.depth > limit {
		return errors.New("nested too deeply")
	}
	return nil
}

// list reads elements that commas separate.
func (s *scanner) list(element func() error) error {
	for {
		s.space()
		if err := element(); err != nil {
			return err
		}
		if s.space(); !s.skip(",") {
			return nil
		}
	}
}

// quoted reads a string in single or double quotes, in which a backslash escapes.
func (s *scanner) quoted() (string, error) {
	raw, err := s.raw()
	return unescape(raw), err
}

// raw reads a string in quotes and leaves its escapes.
func (s *scanner) raw() (string, error) {
	quote := s.peek()
	if quote != '\'' && quote != '"' {
		return "", s.unexpected()
	}
	s.at++
	start := s.at
	for ; !s.done(); s.at++ {
		switch s.text[s.at] {
		case '\\':
			s.at++
		case quote:
			s.at++
			return s.text[start : s.at-1], nil
		}
	}
	s.at = len(s.text)
	return "", errors.New("unterminated string")
}

func unescape(raw string) string {
	if !strings.Contains(raw, `\`) {
		return raw
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) {
			i++
		}
		b.WriteByte(raw[i])
	}
	return b.String()
}
