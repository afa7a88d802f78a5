package sandbox

import (
	"encoding/binary"
	"math"

	lua "github.com/yuin/gopher-lua"
)

const (
	packNesting   = 16   // tables nested deeper are packed as nil
	unpackNesting = 1000 // data nested deeper is refused
)

func (vm *VM) openCMsgpack() {
	lib := vm.functions(map[string]lua.LGFunction{
		"pack": vm.msgPack, "unpack": vm.msgUnpack, "unpack_one": vm.msgUnpackOne, "unpack_limit": vm.msgUnpackLimit,
	})
	lib.RawSetString("_NAME", lua.LString("cmsgpack"))
	lib.RawSetString("_VERSION", lua.LString("lua-cmsgpack 0.4.0"))
	lib.RawSetString("_COPYRIGHT", lua.LString("Copyright (C) 2012, Salvatore Sanfilippo"))
	lib.RawSetString("_DESCRIPTION", lua.LString("MessagePack C implementation for Lua"))
	vm.library("cmsgpack", lib)
}

// packer writes MessagePack.
type packer struct {
	vm *VM
	l  *lua.LState
	b  []byte
}

func (vm *VM) msgPack(l *lua.LState) int {
	if l.GetTop() == 0 {
		l.ArgError(0, "MessagePack pack needs input.")
	}
	p := &packer{vm: vm, l: l}
	for i := 1; i <= l.GetTop(); i++ {
		p.value(l.Get(i), 0)
	}
	return vm.push(l, string(p.b))
}

func (p *packer) value(v lua.LValue, level int) {
	p.vm.step(p.l, 1)
	was := len(p.b)
	switch v := v.(type) {
	case lua.LString:
		p.head(len(v), 0xa0, 32, 0xd9)
		p.vm.grow(p.l, len(p.b)+len(v))
		p.b = append(p.b, v...)
	case lua.LBool:
		p.b = append(p.b, map[bool]byte{false: 0xc2, true: 0xc3}[bool(v)])
	case lua.LNumber:
		p.number(float64(v))
	case *lua.LTable:
		if level < packNesting {
			p.table(p.vm.Behind(v), level)
			return
		}
		p.b = append(p.b, 0xc0)
	default:
		p.b = append(p.b, 0xc0)
	}
	p.vm.room(p.l, len(p.b), len(p.b)-was)
}

// head writes a length: in the first byte if it is below a limit, else with 8 (strings only), 16 or 32 bits.
func (p *packer) head(n int, fix byte, limit int, first byte) {
	switch {
	case n < limit:
		p.b = append(p.b, fix|byte(n))
	case n <= math.MaxUint8 && first == 0xd9:
		p.b = append(p.b, first, byte(n))
	case n <= math.MaxUint16:
		if first == 0xd9 {
			first++
		}
		p.b = binary.BigEndian.AppendUint16(append(p.b, first), uint16(n))
	default:
		first++
		if first == 0xda {
			first++
		}
		p.b = binary.BigEndian.AppendUint32(append(p.b, first), uint32(n))
	}
}

func (p *packer) number(f float64) {
	if f != math.Trunc(f) || f >= 1<<63 || f < -1<<63 {
		if float64(float32(f)) == f {
			p.b = binary.BigEndian.AppendUint32(append(p.b, 0xca), math.Float32bits(float32(f)))
			return
		}
		p.b = binary.BigEndian.AppendUint64(append(p.b, 0xcb), math.Float64bits(f))
		return
	}
	switch n := int64(f); {
	case n >= -32 && n <= 127:
		p.b = append(p.b, byte(n))
	case n >= 0 && n <= math.MaxUint8:
		p.b = append(p.b, 0xcc, byte(n))
	case n >= 0 && n <= math.MaxUint16:
		p.b = binary.BigEndian.AppendUint16(append(p.b, 0xcd), uint16(n))
	case n >= 0 && n <= math.MaxUint32:
		p.b = binary.BigEndian.AppendUint32(append(p.b, 0xce), uint32(n))
	case n >= 0:
		p.b = binary.BigEndian.AppendUint64(append(p.b, 0xcf), uint64(n))
	case n >= math.MinInt8:
		p.b = append(p.b, 0xd0, byte(n))
	case n >= math.MinInt16:
		p.b = binary.BigEndian.AppendUint16(append(p.b, 0xd1), uint16(n))
	case n >= math.MinInt32:
		p.b = binary.BigEndian.AppendUint32(append(p.b, 0xd2), uint32(n))
	default:
		p.b = binary.BigEndian.AppendUint64(append(p.b, 0xd3), uint64(n))
	}
}

func (p *packer) table(t *lua.LTable, level int) {
	count, most, array := 0, 0.0, true
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		p.vm.step(p.l, 1)
		n, ok := key.(lua.LNumber)
		array = array && ok && n > 0 && float64(n) == math.Trunc(float64(n))
		most = max(most, float64(n))
		count++
	}
	if array && most == float64(count) {
		p.head(count, 0x90, 16, 0xdc)
		for i := 1; i <= count; i++ {
			p.value(t.RawGetInt(i), level+1)
		}
		return
	}
	p.head(count, 0x80, 16, 0xde)
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		p.value(key, level+1)
		p.value(value, level+1)
	}
}
