package sandbox

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// cjsonConfig is what the functions of cjson that configure it set, for all scripts.
type cjsonConfig struct {
	sparseConvert            bool
	sparseRatio, sparseSafe  int
	encodeDepth, decodeDepth int
	precision                int
	keepBuffer               bool
	encodeInvalid            string // off, on or null
	decodeInvalid            bool
}

var cjsonDefaults = cjsonConfig{
	sparseRatio: 2, sparseSafe: 10, encodeDepth: 1000, decodeDepth: 1000, precision: 14, keepBuffer: true,
	encodeInvalid: "off", decodeInvalid: true,
}

// maxJSON is the deepest that data may be nested, whatever is configured.
const maxJSON = 10_000

func (vm *VM) openCJSON() {
	vm.library("cjson", vm.newCJSON(&vm.cjson))
}

func (vm *VM) newCJSON(cfg *cjsonConfig) *lua.LTable {
	number := func(to *int, low, high int) lua.LGFunction {
		return func(l *lua.LState) int {
			atMost(l, 1)
			setInt(l, 1, to, low, high)
			l.Push(lua.LNumber(*to))
			return 1
		}
	}
	flag := func(to *bool) lua.LGFunction {
		return func(l *lua.LState) int {
			atMost(l, 1)
			setFlag(l, 1, to)
			l.Push(lua.LBool(*to))
			return 1
		}
	}
	lib := vm.functions(map[string]lua.LGFunction{
		"encode":                  func(l *lua.LState) int { return vm.jsonEncode(l, cfg) },
		"decode":                  func(l *lua.LState) int { return vm.jsonDecode(l, cfg) },
		"encode_max_depth":        number(&cfg.encodeDepth, 1, math.MaxInt32),
		"decode_max_depth":        number(&cfg.decodeDepth, 1, math.MaxInt32),
		"encode_number_precision": number(&cfg.precision, 1, 14),
		"encode_keep_buffer":      flag(&cfg.keepBuffer),
		"decode_invalid_numbers":  flag(&cfg.decodeInvalid),
		"encode_invalid_numbers":  func(l *lua.LState) int { return encodeInvalid(l, cfg) },
		"encode_sparse_array": func(l *lua.LState) int {
			atMost(l, 3)
			setFlag(l, 1, &cfg.sparseConvert)
			setInt(l, 2, &cfg.sparseRatio, 0, math.MaxInt32)
			setInt(l, 3, &cfg.sparseSafe, 0, math.MaxInt32)
			l.Push(lua.LBool(cfg.sparseConvert))
			l.Push(lua.LNumber(cfg.sparseRatio))
			l.Push(lua.LNumber(cfg.sparseSafe))
			return 3
		},
		"new": func(l *lua.LState) int {
			own := cjsonDefaults
			l.Push(vm.newCJSON(&own))
			return 1
		},
	})
	lib.RawSetString("null", vm.Null)
	lib.RawSetString("_NAME", lua.LString("cjson"))
	lib.RawSetString("_VERSION", lua.LString("2.1.0"))
	return lib
}

func atMost(l *lua.LState, n int) {
	if l.GetTop() > n {
		l.ArgError(n+1, "found too many arguments")
	}
}

func setInt(l *lua.LState, i int, to *int, low, high int) {
	if l.Get(i) == lua.LNil {
		return
	}
	n := int(integer(l, i))
	if n < low || n > high {
		l.ArgError(1, "expected integer between "+Number(float64(low))+" and "+Number(float64(high)))
	}
	*to = n
}

func setFlag(l *lua.LState, i int, to *bool) {
	switch v := l.Get(i).(type) {
	case *lua.LNilType:
	case lua.LBool:
		*to = bool(v)
	default:
		word := check(l, i)
		if word != "on" && word != "off" {
			l.ArgError(i, "invalid option '"+word+"'")
		}
		*to = word == "on"
	}
}

func encodeInvalid(l *lua.LState, cfg *cjsonConfig) int {
	atMost(l, 1)
	if word, ok := l.Get(1).(lua.LString); ok && word == "null" {
		cfg.encodeInvalid = "null"
	} else {
		on := cfg.encodeInvalid == "on"
		was := on
		if setFlag(l, 1, &on); on != was || l.Get(1) != lua.LNil {
			cfg.encodeInvalid = map[bool]string{false: "off", true: "on"}[on]
		}
	}
	switch cfg.encodeInvalid {
	case "null":
		l.Push(lua.LString("null"))
	default:
		l.Push(lua.LBool(cfg.encodeInvalid == "on"))
	}
	return 1
}
