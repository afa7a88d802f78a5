package sandbox

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxInteger is the largest integer of library struct, in bytes.
const maxInteger = 32

// layout walks through a format of library struct.
type layout struct {
	vm    *VM
	l     *lua.LState
	f     string
	big   bool
	align int
	at    int // in the data, from 0
}

func (vm *VM) openStruct() {
	vm.library("struct", vm.functions(map[string]lua.LGFunction{
		"pack": vm.structPack, "unpack": vm.structUnpack, "size": vm.structSize,
	}))
}

func (vm *VM) layout(l *lua.LState) *layout {
	f, _, _ := strings.Cut(check(l, 1), "\x00")
	return &layout{vm: vm, l: l, f: f, align: 1}
}

// next takes an option and its size off the format, and reports false at its end. It skips padding, and returns
// how much.
func (y *layout) next() (opt byte, size, padding int, ok bool) {
	if y.f == "" {
		return 0, 0, 0, false
	}
	y.vm.step(y.l, 1)
	opt, y.f = y.f[0], y.f[1:]
	switch opt {
	case 'B', 'b', 'x':
		size = 1
	case 'H', 'h':
		size = 2
	case 'f':
		size = 4
	case 'L', 'l', 'T', 'd':
		size = 8
	case 'c':
		size = y.number(1)
	case 'i', 'I':
		if size = y.number(4); size > maxInteger {
			y.l.RaiseError("integral size %d is larger than limit of %d", size, maxInteger)
		}
	case 's', ' ':
	case '>', '<':
		y.big = opt == '>'
	case '!':
		if y.align = y.number(8); y.align <= 0 || y.align&(y.align-1) != 0 {
			y.l.RaiseError("alignment %d is not a power of 2", y.align)
		}
	default:
		y.l.ArgError(1, fmt.Sprintf("invalid format option '%c'", opt))
	}
	if size > 0 && opt != 'c' {
		n := min(size, y.align)
		padding = (n - y.at&(n-1)) & (n - 1)
	}
	y.at += padding
	return opt, size, padding, true
}

func (y *layout) number(otherwise int) int {
	n, digits := 0, 0
	for ; digits < len(y.f) && y.f[digits] >= '0' && y.f[digits] <= '9'; digits++ {
		if n = 10*n + int(y.f[digits]-'0'); n > math.MaxInt32 {
			y.l.RaiseError("integral size overflow")
		}
	}
	y.f = y.f[digits:]
	if digits == 0 {
		return otherwise
	}
	return n
}

func (y *layout) order() binary.AppendByteOrder {
	if y.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

func (vm *VM) structPack(l *lua.LState) int {
	y := vm.layout(l)
	l.Push(lua.LNil) // as in Redis, where it ends the arguments: an error about a missing one speaks of nil
	var b []byte
	for arg := 2; ; {
		opt, size, padding, ok := y.next()
		if !ok {
			return vm.push(l, string(b))
		}
		was := len(b)
		b = append(b, make([]byte, padding)...)
		switch opt {
		case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I':
			b = putInteger(b, whole(number(l, arg)), size, y.big)
		case 'x':
			b = append(b, 0)
		case 'f':
			b = y.order().AppendUint32(b, math.Float32bits(float32(number(l, arg))))
		case 'd':
			b = y.order().AppendUint64(b, math.Float64bits(number(l, arg)))
		case 'c', 's':
			s := check(l, arg)
			if size == 0 {
				size = len(s)
			}
			if size > len(s) {
				l.ArgError(arg+1, "string too short") // Redis counts on before it looks
			}
			vm.grow(l, len(b)+size)
			b = append(b, s[:size]...)
			if opt == 's' {
				b = append(b, 0)
			}
		default:
			continue
		}
		if opt != 'x' {
			arg++
		}
		vm.room(l, len(b), len(b)-was)
		y.at += len(b) - was - padding
	}
}

// whole is a number as the 64 bits that C makes of it.
func whole(f float64) uint64 {
	if f >= math.MaxInt64 && f < math.MaxUint64 {
		return uint64(f)
	}
	if f >= math.MaxUint64 {
		return 0
	}
	return uint64(Integer(f))
}

func putInteger(b []byte, n uint64, size int, big bool) []byte {
	for i := range size {
		shift := 8 * i
		if big {
			shift = 8 * (size - 1 - i)
		}
		if shift >= 64 {
			b = append(b, 0)
			continue
		}
		b = append(b, byte(n>>shift))
	}
	return b
}

func getInteger(b string, big, signed bool) float64 {
	var n uint64
	for i := range len(b) {
		c := b[i]
		if !big {
			c = b[len(b)-1-i]
		}
		n = n<<8 | uint64(c)
	}
	if !signed {
		return float64(n)
	}
	if size := len(b); size > 0 && size < 8 {
		n = uint64(int64(n<<(64-8*size)) >> (64 - 8*size))
	}
	return float64(int64(n))
}

func (vm *VM) structUnpack(l *lua.LState) int {
	y := vm.layout(l)
	data := check(l, 2)
	from := optional(l, 3, 1)
	if from == 0 {
		l.ArgError(3, "offset must be 1 or greater")
	}
	short := func(size int) {
		if size < 0 || size > len(data) || y.at > len(data)-size {
			l.ArgError(2, "data string too short")
		}
	}
	if y.at = int(from) - 1; y.at < 0 || y.at > maxString {
		y.at = maxString // beyond all data
	}
	var all []lua.LValue
	for {
		opt, size, _, ok := y.next()
		if !ok {
			break
		}
		if len(all) > 7000 {
			l.RaiseError("stack overflow (too many results)")
		}
		short(size)
		part := data[y.at : y.at+size]
		switch opt {
		case 'b', 'h', 'l', 'i', 'B', 'H', 'L', 'T', 'I':
			all = append(all, lua.LNumber(getInteger(part, y.big, opt >= 'a')))
		case 'f':
			all = append(all, lua.LNumber(math.Float32frombits(uint32(bitsOf(part, y.big)))))
		case 'd':
			all = append(all, lua.LNumber(math.Float64frombits(bitsOf(part, y.big))))
		case 'c':
			if size == 0 {
				n, ok := last(all)
				if !ok {
					l.RaiseError("format 'c0' needs a previous size")
				}
				all = all[:len(all)-1]
				size = int(Integer(n))
				short(size)
				part = data[y.at : y.at+size]
			}
			all = append(all, lua.LString(part))
		case 's':
			end := strings.IndexByte(data[y.at:], 0)
			if end < 0 {
				l.RaiseError("unfinished string in data")
			}
			size = end + 1
			all = append(all, lua.LString(data[y.at:y.at+end]))
		}
		y.at += size
	}
	for _, v := range all {
		l.Push(v)
	}
	l.Push(lua.LNumber(y.at + 1))
	return len(all) + 1
}

func bitsOf(b string, big bool) uint64 {
	var n uint64
	for i := range len(b) {
		c := b[i]
		if !big {
			c = b[len(b)-1-i]
		}
		n = n<<8 | uint64(c)
	}
	return n
}

// last is the last value as a number, and reports whether it is one, or a string of one.
func last(all []lua.LValue) (float64, bool) {
	if len(all) == 0 {
		return 0, false
	}
	v := all[len(all)-1]
	if s, ok := v.(lua.LString); ok {
		v = numeral(string(s))
	}
	n, ok := v.(lua.LNumber)
	return float64(n), ok
}

func (vm *VM) structSize(l *lua.LState) int {
	y := vm.layout(l)
	for {
		opt, size, _, ok := y.next()
		switch {
		case !ok:
			l.Push(lua.LNumber(y.at))
			return 1
		case opt == 's':
			l.ArgError(1, "option 's' has no fixed size")
		case opt == 'c' && size == 0:
			l.ArgError(1, "option 'c0' has no fixed size")
		}
		y.at += size
	}
}
