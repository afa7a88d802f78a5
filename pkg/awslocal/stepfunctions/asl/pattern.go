package asl

import (
	"errors"
	"strings"
)

// pattern is StringMatches' operand, in pieces between its stars.
type pattern []string

// parsePattern reads a pattern in which * stands for any characters; \* and \\ are the characters themselves.
func parsePattern(text string) (pattern, error) {
	var pieces pattern
	var piece []byte
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '*':
			pieces = append(pieces, string(piece))
			piece = piece[:0]
			continue
		case '\\':
			if i++; i == len(text) || text[i] != '*' && text[i] != '\\' {
				return nil, errors.New("illegal escape")
			}
		}
		piece = append(piece, text[i])
	}
	return append(pieces, string(piece)), nil
}

// match takes each piece where it first occurs, which finds a match if there is one.
func (p pattern) match(text string) bool {
	text, ok := strings.CutPrefix(text, p[0])
	if len(p) == 1 {
		return ok && text == ""
	}
	for _, piece := range p[1 : len(p)-1] {
		var found bool
		if _, text, found = strings.Cut(text, piece); !found {
			return false
		}
	}
	return ok && strings.HasSuffix(text, p[len(p)-1])
}
