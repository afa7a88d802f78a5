package sandbox

import (
	"math"
	"math/bits"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// openBit makes the library bit: operations on 32 bits, whose results have a sign.
func (vm *VM) openBit() {
	fold := func(op func(a, b uint32) uint32) lua.LGFunction {
		return func(l *lua.LState) int {
			n := word(l, 1)
			for i := 2; i <= l.GetTop(); i++ {
				n = op(n, word(l, i))
			}
			return pushWord(l, n)
		}
	}
	shift := func(op func(a uint32, n int) uint32) lua.LGFunction {
		return func(l *lua.LState) int { return pushWord(l, op(word(l, 1), int(word(l, 2)&31))) }
	}
	vm.library("bit", vm.functions(map[string]lua.LGFunction{
		"tobit":   func(l *lua.LState) int { return pushWord(l, word(l, 1)) },
		"bnot":    func(l *lua.LState) int { return pushWord(l, ^word(l, 1)) },
		"bswap":   func(l *lua.LState) int { return pushWord(l, bits.ReverseBytes32(word(l, 1))) },
		"band":    fold(func(a, b uint32) uint32 { return a & b }),
		"bor":     fold(func(a, b uint32) uint32 { return a | b }),
		"bxor":    fold(func(a, b uint32) uint32 { return a ^ b }),
		"lshift":  shift(func(a uint32, n int) uint32 { return a << n }),
		"rshift":  shift(func(a uint32, n int) uint32 { return a >> n }),
		"arshift": shift(func(a uint32, n int) uint32 { return uint32(int32(a) >> n) }),
		"rol":     shift(bits.RotateLeft32),
		"ror":     shift(func(a uint32, n int) uint32 { return bits.RotateLeft32(a, -n) }),
		"tohex":   toHex,
	}))
}

// word is the i-th argument modulo 2^32, if it is below 2^51.
func word(l *lua.LState, i int) uint32 {
	return uint32(math.Float64bits(number(l, i) + 3<<51)) // the sum has the integer in its lower bits
}

func pushWord(l *lua.LState, n uint32) int {
	l.Push(lua.LNumber(int32(n)))
	return 1
}

func toHex(l *lua.LState) int {
	n := 8
	digits := "0123456789abcdef"
	if l.GetTop() > 1 {
		n = int(int32(word(l, 2)))
	}
	if n < 0 {
		n, digits = -n, "0123456789ABCDEF"
	}
	s := strconv.FormatUint(uint64(word(l, 1)), 16)
	b := make([]byte, min(max(n, 0), 8))
	for i := range b {
		if at := len(s) - len(b) + i; at >= 0 {
			c, _ := strconv.ParseUint(s[at:at+1], 16, 8) // it is a digit
			b[i] = digits[c]
		} else {
			b[i] = '0'
		}
	}
	l.Push(lua.LString(b))
	return 1
}
