package sandbox

import (
	"fmt"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (vm *VM) strFormat(l *lua.LState) int {
	f := check(l, 1)
	var b []byte
	arg := 1
	for i := 0; i < len(f); i++ {
		if f[i] != '%' {
			b = append(b, f[i])
			continue
		}
		if i++; i < len(f) && f[i] == '%' {
			b = append(b, '%')
			continue
		}
		if arg++; arg > l.GetTop() {
			l.ArgError(arg, "no value")
		}
		start := i
		i = modifiers(l, f, i)
		if i >= len(f) {
			l.RaiseError("invalid option '%%' to 'format'")
		}
		was := len(b)
		b = append(b, vm.formatted(l, f[start:i], f[i], arg)...)
		vm.room(l, len(b), len(b)-was)
	}
	return vm.push(l, string(b))
}

// modifiers returns the end of the flags, the width and the precision that begin at i.
func modifiers(l *lua.LState, f string, i int) int {
	start := i
	for i < len(f) && strings.IndexByte("-+ #0", f[i]) >= 0 {
		i++
	}
	if i-start > 5 {
		l.RaiseError("invalid format (repeated flags)")
	}
	upTo2 := func() {
		for n := 0; n < 2 && i < len(f) && decimal(f[i]); n++ {
			i++
		}
	}
	upTo2()
	if i < len(f) && f[i] == '.' {
		i++
		upTo2()
	}
	if i < len(f) && decimal(f[i]) {
		l.RaiseError("invalid format (width or precision too long)")
	}
	return i
}

// formatted writes one argument.
func (vm *VM) formatted(l *lua.LState, how string, verb byte, arg int) string {
	switch verb {
	case 'c':
		return cText(padded(string([]byte{byte(integer(l, arg))}), how))
	case 'd', 'i':
		return fmt.Sprintf("%"+how+"d", integer(l, arg))
	case 'u':
		return fmt.Sprintf("%"+how+"d", uint64(integer(l, arg)))
	case 'o', 'x', 'X':
		return fmt.Sprintf("%"+how+string(verb), uint64(integer(l, arg)))
	case 'e', 'E', 'f', 'g', 'G':
		return float(number(l, arg), how, verb)
	case 'q':
		return quoted(check(l, arg))
	case 's':
		s := check(l, arg)
		_, precision, precise := strings.Cut(how, ".")
		if len(s) < 100 || precise {
			s = cText(s)
		}
		if precise {
			n := 0
			_, _ = fmt.Sscan(precision, &n) // nothing is 0
			s = s[:min(n, len(s))]
		}
		return padded(s, how)
	}
	l.RaiseError("invalid option '%%%c' to 'format'", verb)
	return ""
}

// cText is what C sees of a string: it ends at a zero byte.
func cText(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}

// padded fills a string up to a width of bytes.
func padded(s, how string) string {
	left := strings.HasPrefix(how, "-")
	how, _, _ = strings.Cut(strings.TrimLeft(how, "-+ #0"), ".")
	width := 0
	_, _ = fmt.Sscan(how, &width) // nothing is 0
	fill := strings.Repeat(" ", max(width-len(s), 0))
	if left {
		return s + fill
	}
	return fill + s
}

// Integer cuts a number as C does on x86: what is out of range is the least.
func Integer(f float64) int64 {
	if f >= math.MaxInt64 || f < math.MinInt64 || math.IsNaN(f) {
		return math.MinInt64
	}
	return int64(f)
}

func float(f float64, how string, verb byte) string {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		s := Number(f)
		if verb < 'a' {
			s = strings.ToUpper(s)
		}
		if strings.Contains(how, "+") && s[0] != '-' {
			s = "+" + s
		}
		return padded(s, how)
	}
	if !strings.Contains(how, ".") {
		how += ".6"
	}
	return fmt.Sprintf("%"+how+string(verb), f)
}

func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		switch c {
		case '"', '\\', '\n':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '\r':
			b.WriteString(`\r`)
		case 0:
			b.WriteString(`\000`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
