package resp

import (
	"bufio"
	"errors"
	"strconv"
	"strings"
)

// inline reads a command as a person types it: words, of which some are in quotes.
func (r *Reader) inline() ([]string, error) {
	var line []byte
	for {
		part, err := r.br.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxInline {
			return nil, ProtocolError("too big inline request")
		}
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
	}
	args, ok := Split(strings.TrimRight(string(line), "\r\n"))
	if !ok {
		return nil, ProtocolError("unbalanced quotes in request")
	}
	r.args = append(r.args, args...)
	return r.args, nil
}

// Split cuts a line into words as redis-cli does: "double quotes" with escapes, 'single quotes' with \' only.
// It reports false if a quote is not closed, or is followed by something other than a space.
func Split(line string) ([]string, bool) {
	var words []string
	for {
		line = strings.TrimLeft(line, " \t\r\n\v\f\x00")
		if line == "" {
			return words, true
		}
		word, rest, ok := cut(line)
		if !ok {
			return nil, false
		}
		words, line = append(words, word), rest
	}
}

// cut takes one word off a line.
func cut(line string) (word, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\r', '\n', 0:
			return b.String(), line[i:], true
		case '"', '\'':
			n, closed := quoted(&b, line[i+1:], c)
			i += n
			if !closed || i+1 < len(line) && !strings.ContainsRune(" \t\r\n\v\f", rune(line[i+1])) {
				return "", "", false
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", true
}

// quoted writes the content of quotes, and returns the length up to the closing one.
func quoted(b *strings.Builder, s string, quote byte) (int, bool) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == quote:
			return i + 1, true
		case c == '\\' && quote == '"' && i+3 < len(s) && s[i+1] == 'x' && hex(s[i+2:i+4]) >= 0:
			b.WriteByte(byte(hex(s[i+2 : i+4])))
			i += 3
		case c == '\\' && quote == '"' && i+1 < len(s):
			i++
			b.WriteByte(escaped(s[i]))
		case c == '\\' && i+1 < len(s) && s[i+1] == quote:
			i++
			b.WriteByte(quote)
		default:
			b.WriteByte(c)
		}
	}
	return len(s), false
}

func hex(s string) int {
	n, err := strconv.ParseUint(s, 16, 8)
	if err != nil {
		return -1
	}
	return int(n)
}

func escaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'b':
		return '\b'
	case 'a':
		return '\a'
	}
	return c
}
