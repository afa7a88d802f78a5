package sandbox

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

const (
	maxCaptures = 32
	maxDepth    = 220 // of items that call themselves: captures and repetitions
)

// The lengths of captures that are not closed, and of those of a position.
const (
	unfinished = -1
	ofPosition = -2
)

// matcher matches one of Lua's patterns at a position of a string. Each step counts.
type matcher struct {
	vm      *VM
	l       *lua.LState
	s, p    string
	depth   int
	level   int
	capture [maxCaptures]struct{ start, size int }
}

func (m *matcher) fail(text string) { m.l.RaiseError("%s", text) }

// match returns where a match of the pattern from pi on that begins at si ends, or -1.
func (m *matcher) match(si, pi int) int {
	if m.depth++; m.depth > maxDepth {
		m.fail("pattern too complex")
	}
	defer func() { m.depth-- }()
	for {
		m.vm.step(m.l, 1)
		if pi == len(m.p) {
			return si
		}
		switch m.p[pi] {
		case '(':
			if pi+1 < len(m.p) && m.p[pi+1] == ')' {
				return m.open(si, pi+2, ofPosition)
			}
			return m.open(si, pi+1, unfinished)
		case ')':
			return m.close(si, pi+1)
		case '%':
			if pi+1 < len(m.p) {
				switch c := m.p[pi+1]; {
				case c == 'b':
					if si = m.balance(si, pi+2); si < 0 {
						return -1
					}
					pi += 4
					continue
				case c == 'f':
					pi += 2
					if pi >= len(m.p) || m.p[pi] != '[' {
						m.fail("missing '[' after '%f' in pattern")
					}
					end := m.classEnd(pi)
					if m.inSet(m.at(si-1), pi, end-1) || !m.inSet(m.at(si), pi, end-1) {
						return -1
					}
					pi = end
					continue
				case c >= '0' && c <= '9':
					if si = m.back(si, c); si < 0 {
						return -1
					}
					pi += 2
					continue
				}
			}
		case '$':
			if pi+1 == len(m.p) {
				if si == len(m.s) {
					return si
				}
				return -1
			}
		}
		end := m.classEnd(pi)
		here := si < len(m.s) && m.single(m.s[si], pi, end)
		next := byte(0)
		if end < len(m.p) {
			next = m.p[end]
		}
		switch next {
		case '?':
			if here {
				if r := m.match(si+1, end+1); r >= 0 {
					return r
				}
			}
			pi = end + 1
		case '*':
			return m.most(si, pi, end, 0)
		case '+':
			return m.most(si, pi, end, 1)
		case '-':
			return m.least(si, pi, end)
		default:
			if !here {
				return -1
			}
			si, pi = si+1, end
		}
	}
}

// at is the byte at a position, 0 outside.
func (m *matcher) at(i int) byte {
	if i < 0 || i >= len(m.s) {
		return 0
	}
	return m.s[i]
}

func (m *matcher) most(si, pi, end, atLeast int) int {
	i := 0
	for si+i < len(m.s) && m.single(m.s[si+i], pi, end) {
		m.vm.step(m.l, 1)
		i++
	}
	for ; i >= atLeast; i-- {
		if r := m.match(si+i, end+1); r >= 0 {
			return r
		}
	}
	return -1
}

func (m *matcher) least(si, pi, end int) int {
	for {
		if r := m.match(si, end+1); r >= 0 {
			return r
		}
		if si >= len(m.s) || !m.single(m.s[si], pi, end) {
			return -1
		}
		si++
	}
}

func (m *matcher) open(si, pi, what int) int {
	if m.level >= maxCaptures {
		m.fail("too many captures")
	}
	m.capture[m.level].start, m.capture[m.level].size = si, what
	m.level++
	r := m.match(si, pi)
	if r < 0 {
		m.level--
	}
	return r
}

func (m *matcher) close(si, pi int) int {
	at := m.level - 1
	for at >= 0 && m.capture[at].size != unfinished {
		at--
	}
	if at < 0 {
		m.fail("invalid pattern capture")
	}
	m.capture[at].size = si - m.capture[at].start
	r := m.match(si, pi)
	if r < 0 {
		m.capture[at].size = unfinished
	}
	return r
}

func (m *matcher) balance(si, pi int) int {
	if pi+1 >= len(m.p) {
		m.fail("unbalanced pattern")
	}
	if si >= len(m.s) || m.s[si] != m.p[pi] {
		return -1
	}
	open, end, depth := m.p[pi], m.p[pi+1], 1
	for i := si + 1; i < len(m.s); i++ {
		m.vm.step(m.l, 1)
		switch m.s[i] {
		case end:
			if depth--; depth == 0 {
				return i + 1
			}
		case open:
			depth++
		}
	}
	return -1
}

// back matches what a capture has matched.
func (m *matcher) back(si int, digit byte) int {
	i := int(digit) - '1'
	if i < 0 || i >= m.level || m.capture[i].size == unfinished {
		m.fail("invalid capture index")
	}
	c := m.capture[i]
	m.vm.step(m.l, max(c.size, 0)/8)
	if c.size < 0 || !strings.HasPrefix(m.s[si:], m.s[c.start:c.start+c.size]) {
		return -1
	}
	return si + c.size
}

// classEnd returns the end of the class that begins at pi.
func (m *matcher) classEnd(pi int) int {
	c := m.p[pi]
	pi++
	switch c {
	case '%':
		if pi >= len(m.p) {
			m.fail("malformed pattern (ends with '%')")
		}
		return pi + 1
	case '[':
		if pi < len(m.p) && m.p[pi] == '^' {
			pi++
		}
		for first := true; first || pi >= len(m.p) || m.p[pi] != ']'; first = false {
			if pi >= len(m.p) {
				m.fail("malformed pattern (missing ']')")
			}
			if m.p[pi] == '%' {
				pi++
			}
			pi++
		}
		return pi + 1
	}
	return pi
}

// single reports whether a byte is of the class [pi, end).
func (m *matcher) single(c byte, pi, end int) bool {
	switch m.p[pi] {
	case '.':
		return true
	case '%':
		return inClass(c, m.p[pi+1])
	case '[':
		return m.inSet(c, pi, end-1)
	}
	return c == m.p[pi]
}

// inSet reports whether a byte is in the set that opens at pi and whose ] is at end.
func (m *matcher) inSet(c byte, pi, end int) bool {
	m.vm.step(m.l, (end-pi)/8)
	in := true
	if pi++; pi < end && m.p[pi] == '^' {
		in = false
		pi++
	}
	for ; pi < end; pi++ {
		switch {
		case m.p[pi] == '%': // before the ] at the end, which it then stands for, too
			pi++
			if inClass(c, m.p[pi]) {
				return in
			}
		case pi+2 < end && m.p[pi+1] == '-':
			if m.p[pi] <= c && c <= m.p[pi+2] {
				return in
			}
			pi += 2
		case m.p[pi] == c:
			return in
		}
	}
	return !in
}

// inClass reports whether a byte is of a class such as %a; any other letter stands for itself.
func inClass(c, class byte) bool {
	lower := c >= 'a' && c <= 'z'
	upper := c >= 'A' && c <= 'Z'
	digit := c >= '0' && c <= '9'
	var in bool
	switch class | 0x20 {
	case 'a':
		in = lower || upper
	case 'c':
		in = c < 0x20 || c == 0x7f
	case 'd':
		in = digit
	case 'l':
		in = lower
	case 'p':
		in = c > 0x20 && c < 0x7f && !lower && !upper && !digit
	case 's':
		in = c == ' ' || c >= '\t' && c <= '\r'
	case 'u':
		in = upper
	case 'w':
		in = lower || upper || digit
	case 'x':
		in = digit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
	case 'z':
		in = c == 0
	default:
		return c == class
	}
	if class >= 'A' && class <= 'Z' {
		return !in
	}
	return in
}

// captured is the i-th capture, or the whole match if there is none.
func (m *matcher) captured(i, start, end int) lua.LValue {
	if i >= m.level {
		if i != 0 {
			m.fail("invalid capture index")
		}
		return lua.LString(m.s[start:end])
	}
	switch c := m.capture[i]; c.size {
	case unfinished:
		m.fail("unfinished capture")
		return lua.LNil
	case ofPosition:
		return lua.LNumber(c.start + 1)
	default:
		return lua.LString(m.s[c.start : c.start+c.size])
	}
}

// results pushes the captures, or the whole match.
func (m *matcher) results(start, end int) int {
	n := max(m.level, 1)
	for i := range n {
		m.l.Push(m.captured(i, start, end))
	}
	return n
}
