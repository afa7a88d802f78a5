package sandbox

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// random is the generator of Redis.
type random struct{ x uint64 }

func (r *random) seed(n int64) { r.x = uint64(uint32(n))<<16 | 0x330e }

// next is lrand48: the upper 31 of 48 bits.
func (r *random) next() int64 {
	r.x = (r.x*0x5deece66d + 0xb) & (1<<48 - 1)
	return int64(r.x >> 17)
}

func (vm *VM) openMath() {
	lib := vm.opened(lua.OpenMath)
	lib.RawSetString("random", vm.L.NewFunction(vm.mathRandom))
	lib.RawSetString("randomseed", vm.L.NewFunction(func(l *lua.LState) int {
		vm.random.seed(Integer(float64(l.CheckNumber(1))))
		return 0
	}))
	lib.RawSetString("huge", lua.LNumber(math.Inf(1)))
	vm.library("math", lib)
}

func (vm *VM) mathRandom(l *lua.LState) int {
	const most = math.MaxInt32
	r := float64(vm.random.next()%most) / most
	low, high := 1.0, 0.0
	switch l.GetTop() {
	case 0:
		l.Push(lua.LNumber(r))
		return 1
	case 1:
		high = math.Trunc(float64(l.CheckNumber(1)))
	case 2:
		low, high = math.Trunc(float64(l.CheckNumber(1))), math.Trunc(float64(l.CheckNumber(2)))
	default:
		l.RaiseError("wrong number of arguments")
	}
	if !(low <= high) {
		l.ArgError(l.GetTop(), "interval is empty")
	}
	l.Push(lua.LNumber(math.Floor(r*(high-low+1)) + low))
	return 1
}
