package sandbox

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

var errLimit = errors.New("limit")

// fuzzed is a machine that ends a script after a number of instructions, and fails the test if one does not end soon
// after it.
type fuzzed struct {
	vm *VM
	t  *testing.T // of the input
}

const fuzzLimit = 100_000

func newFuzzed() *fuzzed {
	vm := New(1)
	vm.Check = func(n int64) error {
		if n > fuzzLimit {
			return errLimit
		}
		return nil
	}
	return &fuzzed{vm: vm}
}

// call calls a function of a library. It takes up to so many instructions.
func (f *fuzzed) call(most int, lib, name string, args ...lua.LValue) ([]lua.LValue, error) {
	f.t.Helper()
	fn := f.vm.Behind(f.vm.Global(lib).(*lua.LTable)).RawGetString(name)
	f.vm.Start()
	results, err := f.vm.protected(f.vm.L, fn, args...)
	if n := f.vm.pulse.count; n > int64(min(most, fuzzLimit))+2*beat {
		f.t.Fatalf("%s.%s took %d instructions, more than %d", lib, name, n, most)
	}
	return results, err
}

func (f *fuzzed) must(lib, name string, args ...lua.LValue) []lua.LValue {
	f.t.Helper()
	results, err := f.call(fuzzLimit, lib, name, args...)
	if err != nil {
		f.t.Fatalf("%s.%s: %v", lib, name, err)
	}
	return results
}

// What decode reads, encode writes, and back: always the same. All that is JSON is read.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`[1, "two", true, {"a": [], "b": null}]`, `"\u00e9\ud83d\ude00"`, `[0x1p4, -inf, nan, 01, 1e999]`, `{"1": [[]]}`,
		"[1.5e-7,\n\t\"\\/\"]", "{\"a\":\"\x00\"}", strings.Repeat("[", 1001),
	} {
		f.Add(s)
	}
	m := newFuzzed()
	f.Fuzz(func(t *testing.T, s string) {
		m.t = t
		values, err := m.call(4*len(s)+100, "cjson", "decode", lua.LString(s))
		if err != nil {
			if json.Valid([]byte(s)) && !strings.Contains(s, `\u`) && strings.Count(s, "[")+strings.Count(s, "{") < 1000 {
				t.Fatalf("%q is JSON: %v", s, err)
			}
			return
		}
		written, err := m.call(8*len(s)+100, "cjson", "encode", values[0])
		if err != nil {
			if !strings.Contains(err.Error(), "NaN or Inf") {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		text := written[0].(lua.LString)
		if len(text) > 24*len(s) {
			t.Fatalf("%q became %d bytes", s, len(text))
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("%q became %q, which is no JSON", s, text)
		}
		again := m.must("cjson", "encode", m.must("cjson", "decode", text)[0])[0]
		if again != text {
			t.Fatalf("%q became %q, and that %q", s, text, again)
		}
	})
}

// What unpack reads, pack writes, and back: always the same, but for what is nested too deep at first.
func FuzzMsgpack(f *testing.F) {
	for _, s := range []string{
		"\x93\x01\xa1a\xc0", "\x82\xa1a\x01\xa1b\x91\xc2", "\xdd\xff\xff\xff\xff", "\xdf\xff\xff\xff\xff\x01",
		"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", "\xcf\xff\xff\xff\xff\xff\xff\xff\xff", strings.Repeat("\x91", 1001),
		"\x81\xce\x00\x0f\xff\xff\x01", "\xdb\x00\x00\x00\x01x\xd3\x80\x00\x00\x00\x00\x00\x00\x00",
	} {
		f.Add(s)
	}
	m := newFuzzed()
	f.Fuzz(func(t *testing.T, s string) {
		m.t = t
		values, err := m.call(2*len(s)+fuzzLimit/2, "cmsgpack", "unpack", lua.LString(s))
		if err != nil || len(values) == 0 || len(values) > 7000 {
			return
		}
		if n := count(values); n > len(s) {
			t.Fatalf("%d values of %d bytes", n, len(s))
		}
		pack := func(values []lua.LValue) lua.LString {
			t.Helper()
			return m.must("cmsgpack", "pack", values...)[0].(lua.LString)
		}
		first := pack(values)
		unpacked, err := m.call(fuzzLimit, "cmsgpack", "unpack", first)
		if err != nil && deep(values, packNesting) {
			return // a key that is nested too deep has become nil
		}
		if err != nil {
			t.Fatalf("%q became %q: %v", s, first, err)
		}
		second := pack(unpacked)
		third := pack(m.must("cmsgpack", "unpack", second))
		if second != third || !deep(values, packNesting) && first != second {
			t.Fatalf("%q became %q, %q, %q", s, first, second, third)
		}
	})
}

// count is the number of values, those of tables included.
func count(values []lua.LValue) int {
	n := len(values)
	for _, v := range values {
		if t, ok := v.(*lua.LTable); ok {
			t.ForEach(func(key, v lua.LValue) { n += count([]lua.LValue{v}) })
		}
	}
	return n
}

// deep reports whether tables are nested deeper than some levels.
func deep(values []lua.LValue, levels int) (yes bool) {
	for _, v := range values {
		if t, ok := v.(*lua.LTable); ok {
			yes = yes || levels == 0
			t.ForEach(func(key, v lua.LValue) { yes = yes || deep([]lua.LValue{key, v}, levels-1) })
		}
	}
	return yes
}

// What unpack reads by a format, pack writes by it, and back; size says how much that is.
func FuzzStruct(f *testing.F) {
	for _, s := range [][2]string{
		{"<i4>i2bB", "\x01\x02\x03\x04\x05\x06\xff\xff"}, {"!8bd", "\x01\x00\x00\x00\x00\x00\x00\x00abcdefgh"},
		{"bc0s", "\x03abcdef\x00"}, {"i32", strings.Repeat("\xff", 32)}, {"c2147483647", "a"}, {"!3i", "1234"},
		{"fxl", "abcdefghijklmnop"}, {"i99999999999", "a"}, {"ss", "3\x00abc\x00"},
	} {
		f.Add(s[0], s[1])
	}
	m := newFuzzed()
	f.Fuzz(func(t *testing.T, format, data string) {
		m.t = t
		values, err := m.call(len(format)+100, "struct", "unpack", lua.LString(format), lua.LString(data))
		if err != nil {
			return
		}
		end := int(values[len(values)-1].(lua.LNumber))
		values = values[:len(values)-1]
		if end < 1 || end > len(data)+1 || len(values) > len(format) {
			t.Fatalf("%d values up to %d", len(values), end)
		}
		if size, err := m.call(len(format)+100, "struct", "size", lua.LString(format)); err == nil &&
			size[0] != lua.LNumber(end-1) {
			t.Fatalf("size %v, read %d", size[0], end-1)
		}
		for _, v := range values {
			if n, ok := v.(lua.LNumber); ok && !(math.Abs(float64(n)) < 1<<53) {
				return // not exact
			}
		}
		args := append([]lua.LValue{lua.LString(format)}, values...)
		packed, err := m.call(len(format)+len(data)+100, "struct", "pack", args...)
		if strings.Contains(format, "c") {
			return // c0 takes a value off
		}
		if err != nil {
			t.Fatal(err)
		}
		again := m.must("struct", "unpack", lua.LString(format), packed[0])
		if got, want := showAll(m.vm, again[:len(again)-1]), showAll(m.vm, values); got != want {
			t.Fatalf("%s became %s", want, got)
		}
	})
}

// Whatever the pattern, matching ends when it is told to; what is found lies in the string, and replacing each
// match with itself changes nothing.
func FuzzPattern(f *testing.F) {
	for _, s := range [][2]string{
		{"key=val", "(%w+)=(%w+)"}, {"THE (quick) fox", "%f[%a]%a+%b()"}, {strings.Repeat("a", 50), strings.Repeat("a?", 50)},
		{strings.Repeat("a", 30), strings.Repeat("a*", 20) + "b"}, {"x]^-%", "[]^%-%%]+$"}, {"abab", "(ab)%1"},
		{"a\x00b", "[\x00%z]"}, {"aaa", "()a-()"}, {"[[", "%b[[" + "[^"}, {"xyz", "^.-z"},
	} {
		f.Add(s[0], s[1])
	}
	m := newFuzzed()
	f.Fuzz(func(t *testing.T, s, p string) {
		m.t = t
		find := func(name string, args ...lua.LValue) ([]lua.LValue, error) {
			return m.call(fuzzLimit, "string", name, append([]lua.LValue{lua.LString(s), lua.LString(p)}, args...)...)
		}
		found, err := find("find")
		if err == nil && found[0] != lua.LNil {
			from, to := int(found[0].(lua.LNumber)), int(found[1].(lua.LNumber))
			if from < 1 || to < from-1 || to > len(s) {
				t.Fatalf("found [%d, %d] in %d bytes", from, to, len(s))
			}
			matched, err := find("match")
			if len(found) == 2 && err == nil && matched[0] != lua.LString(s[from-1:to]) {
				t.Fatalf("found %q, matched %v", s[from-1:to], matched[0])
			}
			if len(found) > 2 && len(matched) != len(found)-2 {
				t.Fatalf("%d captures, or %d", len(matched), len(found)-2)
			}
		}
		if plain, err := find("find", lua.LNumber(1), lua.LTrue); err == nil {
			if at := strings.Index(s, p); at < 0 && plain[0] != lua.LNil || at >= 0 && plain[0] != lua.LNumber(at+1) {
				t.Fatalf("%q lies at %d, not %v", p, at, plain[0])
			}
		}
		same, err := find("gsub", lua.LString("%0"))
		if err != nil {
			return
		}
		if same[0] != lua.LString(s) {
			t.Fatalf("%q became %q", s, same[0])
		}
		if strings.HasPrefix(p, "^") {
			return // gmatch has no anchor
		}
		if n, err := m.matches(s, p); err == nil && lua.LNumber(n) != same[1] {
			t.Fatalf("%d matches, or %v", n, same[1])
		}
	})
}

// matches is the number of matches that gmatch finds.
func (f *fuzzed) matches(s, p string) (n int, err error) {
	next, err := f.call(fuzzLimit, "string", "gmatch", lua.LString(s), lua.LString(p))
	if err != nil {
		return 0, err
	}
	for f.vm.Start(); ; n++ {
		found, err := f.vm.protected(f.vm.L, next[0])
		if err != nil || len(found) == 0 {
			return n, err
		}
	}
}
