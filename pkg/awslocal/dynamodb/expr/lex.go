package expr

import "strings"

// tokenKind is the kind of a token in the grammar.
type tokenKind int

const (
	tokenEOF         tokenKind = iota
	tokenWord                  // a name, function or keyword
	tokenName                  // "#placeholder"
	tokenValue                 // ":placeholder"
	tokenInteger               // a list index
	tokenPunctuation           // a comparator, bracket, or a character that is never valid
)

// token is a piece of an expression and its position.
type token struct {
	kind       tokenKind
	text       string
	start, end int
}

const endOfInput = "<EOF>"

// lex cuts an expression into tokens; the last one is always tokenEOF.
func lex(text string) []token {
	tokens := make([]token, 0, len(text)/3+1)
	for at := 0; at < len(text); {
		if strings.IndexByte(" \t\r\n", text[at]) >= 0 {
			at++
			continue
		}
		kind, length := scan(text[at:])
		tokens = append(tokens, token{kind, text[at : at+length], at, at + length})
		at += length
	}
	return append(tokens, token{tokenEOF, endOfInput, len(text), len(text)})
}

// scan returns the kind and length of the token that text starts with.
func scan(text string) (tokenKind, int) {
	switch c := text[0]; {
	case c == '#' || c == ':':
		length := 1 + span(text[1:], isWordByte)
		switch {
		case length == 1:
			return tokenPunctuation, length
		case c == '#':
			return tokenName, length
		}
		return tokenValue, length
	case isDigit(c):
		return tokenInteger, span(text, isDigit)
	case isLetter(c):
		return tokenWord, span(text, isWordByte)
	case strings.HasPrefix(text, "<>"), strings.HasPrefix(text, "<="), strings.HasPrefix(text, ">="):
		return tokenPunctuation, 2
	}
	return tokenPunctuation, 1
}

func span(text string, in func(byte) bool) int {
	n := 0
	for n < len(text) && in(text[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isWordByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }
