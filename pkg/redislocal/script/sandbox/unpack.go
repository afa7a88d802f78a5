package sandbox

import (
	"encoding/binary"
	"math"

	lua "github.com/yuin/gopher-lua"
)

// unpacker reads MessagePack.
type unpacker struct {
	vm    *VM
	l     *lua.LState
	s     string
	depth int
}

func (vm *VM) msgUnpack(l *lua.LState) int { return vm.unpackAll(l, 0, 0) }

func (vm *VM) msgUnpackOne(l *lua.LState) int {
	return vm.unpackAll(l, 1, optional(l, 2, 0))
}

func (vm *VM) msgUnpackLimit(l *lua.LState) int {
	return vm.unpackAll(l, integer(l, 2), optional(l, 3, 0))
}

func (vm *VM) unpackAll(l *lua.LState, limit, offset int64) int {
	s := check(l, 1)
	if offset < 0 || limit < 0 {
		l.RaiseError("Invalid request to unpack with offset of %d and limit of %d.", offset, len(s))
	}
	if offset > int64(len(s)) {
		l.RaiseError("Start offset %d greater than input length %d.", offset, len(s))
	}
	all := limit == 0 && offset == 0
	if all {
		limit = math.MaxInt64
	}
	u := &unpacker{vm: vm, l: l, s: s[offset:]}
	var values []lua.LValue
	for u.s != "" && int64(len(values)) < limit {
		if len(values) > 7000 {
			l.RaiseError("stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)")
		}
		values = append(values, u.value())
	}
	if !all {
		next := len(s) - len(u.s)
		if u.s == "" {
			next = -1
		}
		values = append([]lua.LValue{lua.LNumber(next)}, values...)
	}
	for _, v := range values {
		l.Push(v)
	}
	return len(values)
}

// take returns the next n bytes.
func (u *unpacker) take(n int) string {
	if n > len(u.s) {
		u.l.RaiseError("Missing bytes in input.")
	}
	part := u.s[:n]
	u.s = u.s[n:]
	return part
}

func (u *unpacker) uint(size int) uint64 {
	var b [8]byte
	copy(b[8-size:], u.take(size))
	return binary.BigEndian.Uint64(b[:])
}

func (u *unpacker) value() lua.LValue {
	u.vm.step(u.l, 1)
	switch c := u.take(1)[0]; {
	case c < 0x80:
		return lua.LNumber(c)
	case c >= 0xe0:
		return lua.LNumber(int8(c))
	case c&0xe0 == 0xa0:
		return lua.LString(u.take(int(c & 0x1f)))
	case c&0xf0 == 0x90:
		return u.array(int(c & 0xf))
	case c&0xf0 == 0x80:
		return u.table(int(c & 0xf))
	case c == 0xc0:
		return lua.LNil
	case c == 0xc2, c == 0xc3:
		return lua.LBool(c == 0xc3)
	case c >= 0xcc && c <= 0xce:
		return lua.LNumber(u.uint(1 << (c - 0xcc)))
	case c == 0xcf:
		return lua.LNumber(int64(u.uint(8))) // as in Redis: Lua 5.1 has no larger ones
	case c >= 0xd0 && c <= 0xd3:
		size := 1 << (c - 0xd0)
		return lua.LNumber(int64(u.uint(size)<<(64-8*size)) >> (64 - 8*size))
	case c == 0xca:
		return lua.LNumber(math.Float32frombits(uint32(u.uint(4))))
	case c == 0xcb:
		return lua.LNumber(math.Float64frombits(u.uint(8)))
	case c >= 0xd9 && c <= 0xdb:
		return lua.LString(u.take(int(u.uint(1 << (c - 0xd9)))))
	case c == 0xdc, c == 0xdd:
		return u.array(int(u.uint(2 << (c - 0xdc))))
	case c == 0xde, c == 0xdf:
		return u.table(int(u.uint(2 << (c - 0xde))))
	}
	u.l.RaiseError("Bad data format in input.")
	return lua.LNil
}

func (u *unpacker) enter() {
	if u.depth++; u.depth > unpackNesting {
		u.l.RaiseError("Bad data format in input.")
	}
}

func (u *unpacker) array(n int) lua.LValue {
	u.enter()
	t := u.l.NewTable()
	for i := 1; i <= n; i++ {
		if v := u.value(); v != lua.LNil {
			u.vm.setKey(u.l, t, lua.LNumber(i), v)
		}
	}
	u.depth--
	return t
}

func (u *unpacker) table(n int) lua.LValue {
	u.enter()
	t := u.l.NewTable()
	for range n {
		key := u.value()
		u.vm.setKey(u.l, t, key, u.value())
	}
	u.depth--
	return t
}
