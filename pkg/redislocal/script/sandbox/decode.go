package sandbox

import (
	"strconv"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// The kinds of tokens of JSON, by the names that errors have for them.
const (
	tokenObject   = "T_OBJ_BEGIN"
	tokenObjEnd   = "T_OBJ_END"
	tokenArray    = "T_ARR_BEGIN"
	tokenArrayEnd = "T_ARR_END"
	tokenString   = "T_STRING"
	tokenNumber   = "T_NUMBER"
	tokenBoolean  = "T_BOOLEAN"
	tokenNull     = "T_NULL"
	tokenColon    = "T_COLON"
	tokenComma    = "T_COMMA"
	tokenEnd      = "T_END"
)

// decoder reads JSON.
type decoder struct {
	vm    *VM
	l     *lua.LState
	cfg   *cjsonConfig
	s     string
	at    int
	depth int

	kind  string // of the current token, or what is wrong with it
	value lua.LValue
	start int
}

func (vm *VM) jsonDecode(l *lua.LState, cfg *cjsonConfig) int {
	if l.GetTop() != 1 {
		l.ArgError(1, "expected 1 argument")
	}
	d := &decoder{vm: vm, l: l, cfg: cfg, s: check(l, 1)}
	if len(d.s) >= 2 && (d.s[0] == 0 || d.s[1] == 0) {
		l.RaiseError("JSON parser does not support UTF-16 or UTF-32")
	}
	d.next()
	v := d.any()
	if d.next(); d.kind != tokenEnd {
		d.expected("the end")
	}
	l.Push(v)
	return 1
}

func (d *decoder) expected(what string) {
	d.l.RaiseError("Expected %s but found %s at character %d", what, d.kind, d.start+1)
}

// next reads a token.
func (d *decoder) next() {
	d.vm.step(d.l, 1)
	for d.at < len(d.s) && strings.IndexByte(" \t\r\n", d.s[d.at]) >= 0 {
		d.at++
	}
	d.start, d.value = d.at, lua.LNil
	if d.at >= len(d.s) {
		d.kind = tokenEnd
		return
	}
	rest := d.s[d.at:]
	switch c := rest[0]; {
	case c == '"':
		d.string()
		return
	case c == '-' || c >= '0' && c <= '9':
		d.number()
		return
	case strings.HasPrefix(rest, "true"):
		d.kind, d.value = tokenBoolean, lua.LTrue
		d.at += 4
		return
	case strings.HasPrefix(rest, "false"):
		d.kind, d.value = tokenBoolean, lua.LFalse
		d.at += 5
		return
	case strings.HasPrefix(rest, "null"):
		d.kind, d.value = tokenNull, d.vm.Null
		d.at += 4
		return
	case d.cfg.decodeInvalid && strings.IndexByte("+iInN", c) >= 0:
		d.number()
		if d.kind != tokenNumber {
			d.kind = "invalid token"
		}
		return
	}
	kind := map[byte]string{
		'{': tokenObject, '}': tokenObjEnd, '[': tokenArray, ']': tokenArrayEnd, ':': tokenColon, ',': tokenComma,
	}[rest[0]]
	if kind == "" {
		kind = "invalid token"
	}
	d.kind = kind
	d.at++
}

// number reads a number as strtod does: hexadecimal, infinity and nan too, unless they are configured away.
func (d *decoder) number() {
	rest := d.s[d.at:]
	f, n := strtod(rest)
	if n == 0 || !d.cfg.decodeInvalid && !valid(rest) {
		d.kind = "invalid number"
		return
	}
	d.kind, d.value = tokenNumber, lua.LNumber(f)
	d.at += n
}

// valid reports whether a number is one of JSON: no leading zero, no hexadecimal one, no infinity.
func valid(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s[0] <= '9' && !(s[0] == '0' && len(s) > 1 && (s[1]|0x20 == 'x' || s[1] >= '0' && s[1] <= '9'))
}

// any reads a value whose first token is there.
func (d *decoder) any() lua.LValue {
	switch d.kind {
	case tokenString, tokenNumber, tokenBoolean, tokenNull:
		return d.value
	case tokenObject:
		return d.object()
	case tokenArray:
		return d.array()
	}
	d.expected("value")
	return lua.LNil
}

func (d *decoder) enter() {
	if d.depth++; d.depth > min(d.cfg.decodeDepth, maxJSON) {
		d.l.RaiseError("Found too many nested data structures (%d) at character %d", d.depth, d.start+1)
	}
}

func (d *decoder) object() lua.LValue {
	d.enter()
	t := d.l.NewTable()
	if d.next(); d.kind == tokenObjEnd {
		d.depth--
		return t
	}
	for {
		if d.kind != tokenString {
			d.expected("object key string")
		}
		key := d.value
		if d.next(); d.kind != tokenColon {
			d.expected("colon")
		}
		d.next()
		t.RawSet(key, d.any())
		switch d.next(); d.kind {
		case tokenObjEnd:
			d.depth--
			return t
		case tokenComma:
			d.next()
		default:
			d.expected("comma or object end")
		}
	}
}

func (d *decoder) array() lua.LValue {
	d.enter()
	t := d.l.NewTable()
	if d.next(); d.kind == tokenArrayEnd {
		d.depth--
		return t
	}
	for i := 1; ; i++ {
		d.vm.setKey(d.l, t, lua.LNumber(i), d.any())
		switch d.next(); d.kind {
		case tokenArrayEnd:
			d.depth--
			return t
		case tokenComma:
			d.next()
		default:
			d.expected("comma or array end")
		}
	}
}

// string reads a string in quotes.
func (d *decoder) string() {
	d.at++
	rest := d.s[d.at:]
	end := strings.IndexAny(rest, `"\`)
	if end >= 0 && rest[end] == '"' && strings.IndexByte(rest[:end], 0) < 0 { // the common case
		d.kind, d.value = tokenString, lua.LString(rest[:end])
		d.at += end + 1
		return
	}
	var b []byte
	for d.at < len(d.s) {
		switch c := d.s[d.at]; c {
		case '"':
			d.at++
			d.kind, d.value = tokenString, lua.LString(b)
			return
		case '\\':
			was := d.at
			var bad string
			if b, bad = d.escape(b); bad != "" {
				d.kind, d.start = bad, was
				return
			}
		case 0:
			d.kind, d.start = "unexpected end of string", d.at
			return
		default:
			b = append(b, c)
			d.at++
		}
	}
	d.kind, d.start = "unexpected end of string", d.at
}

// escape appends what an escape stands for, or says what is wrong with it.
func (d *decoder) escape(b []byte) ([]byte, string) {
	if d.at+1 >= len(d.s) {
		return b, "invalid escape code"
	}
	c := d.s[d.at+1]
	d.at += 2
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		return append(b, "\"\\/\b\f\n\r\t"[i]), ""
	}
	if c != 'u' {
		return b, "invalid escape code"
	}
	const bad = "invalid unicode escape code"
	n := d.hex4()
	switch {
	case n < 0 || n >= 0xdc00 && n <= 0xdfff:
		return b, bad
	case n >= 0xd800 && n <= 0xdbff:
		if !strings.HasPrefix(d.s[d.at:], `\u`) {
			return b, bad
		}
		d.at += 2
		low := d.hex4()
		if low < 0xdc00 || low > 0xdfff {
			return b, bad
		}
		n = 0x10000 + (n-0xd800)<<10 + (low - 0xdc00)
	}
	return utf8.AppendRune(b, rune(n)), ""
}

func (d *decoder) hex4() int {
	if d.at+4 > len(d.s) {
		return -1
	}
	n, err := strconv.ParseUint(d.s[d.at:d.at+4], 16, 16)
	if err != nil {
		return -1
	}
	d.at += 4
	return int(n)
}
