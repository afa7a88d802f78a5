package partiql

import "strings"

type tokenKind int

const (
	tokenEnd    tokenKind = iota
	tokenWord             // a keyword, function or bare name
	tokenQuoted           // a name in double quotes
	tokenString
	tokenNumber
	tokenPunctuation
)

type token struct {
	kind tokenKind
	text string // of names and strings: without quotes
}

// pairs are the punctuation of two characters.
var pairs = []string{"<<", ">>", "<>", "<=", ">=", "!="}

// lex cuts a statement into tokens; the last one is tokenEnd. ok is false for an open quote.
func lex(text string) (tokens []token, ok bool) {
	for at := 0; at < len(text); {
		c := text[at]
		rest := text[at:]
		switch {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			at++
		case c == '\'' || c == '"':
			value, length := quoted(rest)
			if length == 0 {
				return nil, false
			}
			kind := tokenString
			if c == '"' {
				kind = tokenQuoted
			}
			tokens = append(tokens, token{kind, value})
			at += length
		case isDigit(c):
			length := number(rest)
			tokens = append(tokens, token{tokenNumber, rest[:length]})
			at += length
		case isLetter(c):
			length := 1
			for length < len(rest) && (isLetter(rest[length]) || isDigit(rest[length])) {
				length++
			}
			tokens = append(tokens, token{tokenWord, rest[:length]})
			at += length
		default:
			length := 1
			for _, p := range pairs {
				if strings.HasPrefix(rest, p) {
					length = 2
				}
			}
			tokens = append(tokens, token{tokenPunctuation, rest[:length]})
			at += length
		}
	}
	return append(tokens, token{kind: tokenEnd}), true
}

// quoted reads a quoted text, in which a doubled quote stands for one; length is 0 if it does not end.
func quoted(text string) (value string, length int) {
	quote := text[0]
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] != quote:
			b.WriteByte(text[i])
		case i+1 < len(text) && text[i+1] == quote:
			b.WriteByte(quote)
			i++
		default:
			return b.String(), i + 1
		}
	}
	return "", 0
}

// number returns the length of a number: digits, a fraction, an exponent.
func number(text string) int {
	digits := func(i int) int {
		for i < len(text) && isDigit(text[i]) {
			i++
		}
		return i
	}
	i := digits(0)
	if i+1 < len(text) && text[i] == '.' && isDigit(text[i+1]) {
		i = digits(i + 1)
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		j := i + 1
		if j < len(text) && (text[j] == '+' || text[j] == '-') {
			j++
		}
		if end := digits(j); end > j {
			i = end
		}
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '$'
}
