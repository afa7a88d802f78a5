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
		start := i
		for i < len(f) && strings.IndexByte("-+ #0", f[i]) >= 0 {
			i++
		}
		flags := i
		for i < len(f) && (f[i] >= '0' && f[i] <= '9' || f[i] == '.') {
			i++
		}
		if flags-start > 5 {
			l.RaiseError("invalid format (repeated flags)")
		}
		width, precision, dot := strings.Cut(f[flags:i], ".")
		if len(width) > 2 || len(precision) > 2 || strings.Contains(precision, ".") {
			l.RaiseError("invalid format (width or precision too long)")
		}
		if i >= len(f) {
			l.RaiseError("invalid option '%%' to 'format'")
		}
		arg++
		was := len(b)
		b = append(b, vm.formatted(l, f[start:i], dot, f[i], arg)...)
		vm.room(l, len(b), len(b)-was)
	}
	return vm.push(l, string(b))
}

// formatted writes one argument.
func (vm *VM) formatted(l *lua.LState, how string, precise bool, verb byte, arg int) string {
	switch verb {
	case 'c':
		return padded(string([]byte{byte(Integer(float64(l.CheckNumber(arg))))}), how)
	case 'd', 'i':
		return fmt.Sprintf("%"+how+"d", Integer(float64(l.CheckNumber(arg))))
	case 'u':
		return fmt.Sprintf("%"+how+"d", uint64(Integer(float64(l.CheckNumber(arg)))))
	case 'o', 'x', 'X':
		return fmt.Sprintf("%"+how+string(verb), uint64(Integer(float64(l.CheckNumber(arg)))))
	case 'e', 'E', 'f', 'g', 'G':
		return float(float64(l.CheckNumber(arg)), how, precise, verb)
	case 'q':
		return quoted(check(l, arg))
	case 's':
		s := check(l, arg)
		if _, precision, ok := strings.Cut(how, "."); ok {
			n := 0
			_, _ = fmt.Sscan(precision, &n) // nothing is 0
			s = s[:min(n, len(s))]
		}
		return padded(s, how)
	}
	l.RaiseError("invalid option '%%%c' to 'format'", verb)
	return ""
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

func float(f float64, how string, precise bool, verb byte) string {
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
	if !precise {
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
