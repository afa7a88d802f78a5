package sandbox

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// row is an expression, or a chunk, and its results as show has them, or its error.
type row struct{ lua, want string }

// checkAll runs all rows on one machine, as Redis does.
func checkAll(t *testing.T, rows []row) {
	t.Helper()
	vm := New(1)
	for _, r := range rows {
		if got := eval(vm, r.lua); got != r.want {
			t.Errorf("%s\n got %s\nwant %s", r.lua, got, r.want)
		}
	}
}

var linePrefix = regexp.MustCompile(`^user_script:\d+: `)

// eval runs an expression, or a chunk. An error is shown without its position.
func eval(vm *VM, code string) string {
	proto, err := vm.Compile("return "+code, "user_script")
	if err != nil {
		proto, err = vm.Compile(code, "user_script")
	}
	if err != nil {
		return "error: " + linePrefix.ReplaceAllString(err.Error(), "")
	}
	vm.Start()
	results, err := vm.protected(vm.L, vm.Load(proto, nil))
	if err != nil {
		v := unwrapped(vm.raisedBy(err))[0]
		if s, ok := v.(lua.LString); ok {
			return "error: " + linePrefix.ReplaceAllString(string(s), "")
		}
		return "error: " + show(vm, v)
	}
	return showAll(vm, results)
}

func showAll(vm *VM, all []lua.LValue) string {
	shown := make([]string, len(all))
	for i, v := range all {
		shown[i] = show(vm, v)
	}
	return strings.Join(shown, " ")
}

// show writes a value: strings in quotes, numbers with all their digits, tables with their keys sorted.
func show(vm *VM, v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		return quote(string(v))
	case lua.LNumber:
		return precisely(float64(v))
	case *lua.LTable:
		return showTable(vm, v)
	case *lua.LUserData:
		if v == vm.Null {
			return "null"
		}
	case lua.LBool, *lua.LNilType:
		return v.String()
	}
	return v.Type().String()
}

func precisely(f float64) string {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return strings.TrimPrefix(strings.ToLower(fmt.Sprint(f)), "+")
	}
	return strconv.FormatFloat(f, 'g', 17, 64)
}

// quote is strconv.Quote for bytes.
func quote(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c < 0x80 {
			q := strconv.Quote(string(rune(c)))
			b.WriteString(q[1 : len(q)-1])
		} else {
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	return `"` + b.String() + `"`
}

func showTable(vm *VM, t *lua.LTable) string {
	fields := map[string]string{}
	var parts []string
	n := 0
	for ; t.RawGetInt(n+1) != lua.LNil; n++ {
		parts = append(parts, show(vm, t.RawGetInt(n+1)))
	}
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		if i, ok := key.(lua.LNumber); !ok || !(i >= 1 && i <= lua.LNumber(n)) {
			fields[show(vm, key)] = show(vm, value)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		parts = append(parts, "["+key+"]="+fields[key])
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
