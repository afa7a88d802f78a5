package script

import (
	"encoding/binary"
	"strconv"
	"testing"
)

// signed adds a version and a checksum to the libraries of a dump.
func signed(libraries string) string {
	b := binary.LittleEndian.AppendUint16([]byte(libraries), rdbVersion)
	return string(binary.LittleEndian.AppendUint64(b, checksum(b)))
}

// A payload is restored whole, and then dumped as the same, or not at all.
func FuzzFunctionRestore(f *testing.F) {
	const lib = "#!lua name=more\nredis.register_function('g', function() return 2 end)"
	f.Add("\xf5\x40"+string(rune(len(lib)))+lib, "APPEND")
	f.Add("\xf5\x80\x00\x00\x00"+string(rune(len(lib)))+lib+"\xf5\x05#!lua", "REPLACE")
	f.Add("\xf5\x40\x46#!lua name=base\nredis.register_function{function_name='f',callback=error}", "REPLACE")
	f.Add("\xf5\x1c#!lua name=x\nwhile 1 do end", "FLUSH")
	f.Add("\xf5\xc3\x05\x05hello", "FLUSH")
	f.Add("\xf5\x80\xff\xff\xff\xff", "APPEND")
	f.Add("\xf6", "APPEND")
	f.Add("", "FLUSH")
	f.Fuzz(func(t *testing.T, libraries, policy string) {
		p := start(t)
		p.Send("FUNCTION", "LOAD", "#!lua name=base\nredis.register_function('f', function() return 1 end)")
		before := p.Do("FUNCTION DUMP")
		if got := p.Send("FUNCTION", "RESTORE", signed(libraries), policy); got != "+OK" {
			if after := p.Do("FUNCTION DUMP"); after != before {
				t.Fatalf("%s, and %s became %s", got, before, after)
			}
			return
		}
		after := p.Do("FUNCTION DUMP")
		payload, err := strconv.Unquote(after)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Send("FUNCTION", "RESTORE", payload, "FLUSH"); got != "+OK" {
			t.Fatalf("what was restored can't be: %s", got)
		}
		if again := p.Do("FUNCTION DUMP"); again != after {
			t.Fatalf("%s became %s", after, again)
		}
	})
}
