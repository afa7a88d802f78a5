package str

import (
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
)

// box is a key of another type.
func box() []engine.Command {
	return []engine.Command{{Name: "box", Arity: 2, Flags: engine.Write, Run: func(c *engine.Call) error {
		c.Put(c.Args[1], other{})
		c.OK()
		return nil
	}}}
}

type other struct{}

func (other) Type() string       { return "other" }
func (other) Encoding() string   { return "other" }
func (other) Size() int          { return 1 }
func (other) Len() int           { return 1 }
func (other) Copy() engine.Value { return other{} }

const (
	wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"
	notInt    = "-ERR value is not an integer or out of range"
	notFloat  = "-ERR value is not a valid float"
	syntax    = "-ERR syntax error"
	tooLarge  = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)"
)

func TestSet(t *testing.T) {
	p := probe.New(t, Commands(), box())
	p.Wants(
		"SET k v", "+OK",
		"GET k", `"v"`,
		"SET k w NX", "nil",
		"SET k w XX GET", `"v"`,
		"SET k x NX GET", `"w"`,
		"SET other x XX GET", "nil",
		"GET other", "nil",
		"SET k v EX 0", "-ERR invalid expire time in 'set' command",
		"SET k v EX 9223372036854775807", "-ERR invalid expire time in 'set' command",
		"SET k v EX x", notInt,
		"SET k v EX", syntax,
		"SET k v EX 0 KEEPTTL", syntax,
		"SET k v EX 1 PX 1", syntax,
		"SET k v NX XX", syntax,
		"SET k v WHAT", syntax,
		"BOX b", "+OK",
		"SET b v GET", wrongType,
		"SET b v", "+OK",
		"SET k v PX 10", "+OK",
		"SET k w KEEPTTL", "+OK",
	)
	p.Clock.Advance(10 * time.Millisecond)
	p.Wants("GET k", "nil", "SET k v EXAT 1", "+OK", "GET k", "nil")
}

func TestSetexAndSetnx(t *testing.T) {
	p := probe.New(t, Commands())
	p.Wants(
		"SETEX k 0 v", "-ERR invalid expire time in 'setex' command",
		"PSETEX k -1 v", "-ERR invalid expire time in 'psetex' command",
		"SETEX k x v", notInt,
		"SETEX k 10 v", "+OK",
		"SETNX k w", "0",
		"PSETEX k 10 v", "+OK",
	)
	p.Clock.Advance(10 * time.Millisecond)
	p.Wants("SETNX k w", "1", "GET k", `"w"`)
}

func TestGetAndChange(t *testing.T) {
	p := probe.New(t, Commands(), box())
	p.Wants(
		"GETSET k v", "nil",
		"GETSET k w", `"v"`,
		"STRLEN k", "1",
		"STRLEN none", "0",
		"GETDEL k", `"w"`,
		"GETDEL k", "nil",
		"GETEX k EX x", "nil",
		"SET k v EX 10", "+OK",
		"GETEX k EX 0", "-ERR invalid expire time in 'getex' command",
		"GETEX k PERSIST EX 1", syntax,
		"GETEX k EX 1 PERSIST", syntax,
		"GETEX k EX", syntax,
		"GETEX k KEEPTTL", syntax,
		"GETEX k", `"v"`,
		"GETEX k PERSIST", `"v"`,
	)
	p.Clock.Advance(10 * time.Second)
	p.Wants("GETEX k PX 10", `"v"`)
	p.Clock.Advance(10 * time.Millisecond)
	p.Wants("GET k", "nil", "SET k v", "+OK", "GETEX k EXAT 1", `"v"`, "GET k", "nil")
	p.Wants("BOX b", "+OK")
	for _, line := range []string{"GET b", "GETSET b v", "GETDEL b", "GETEX b EX x", "STRLEN b"} {
		p.Wants(line, wrongType)
	}
}

func TestSeveral(t *testing.T) {
	p := probe.New(t, Commands(), box())
	p.Wants(
		"MSET a 1 b", "-ERR wrong number of arguments for 'mset' command",
		"MSETNX a 1 b", "-ERR wrong number of arguments for 'msetnx' command",
		"MSET a 1 b 2 a 3", "+OK",
		"BOX c", "+OK",
		"MGET a b c d", `["3" "2" nil nil]`,
		"MSETNX d 1 a 2", "0",
		"MSETNX d 1 e 2", "1",
		"MGET d e", `["1" "2"]`,
	)
}

func TestRange(t *testing.T) {
	p := probe.New(t, Commands(), box())
	p.Wants(
		"SETRANGE k 9223372036854775806 x", tooLarge,
		"SETRANGE k 536870912 x", tooLarge,
		"SETRANGE k -1 x", "-ERR offset is out of range",
		"SETRANGE k x x", notInt,
		`SETRANGE k 5 ""`, "0",
		"GET k", "nil",
		"SETRANGE k 3 ab", "5",
		"GET k", `"\x00\x00\x00ab"`,
		`SETRANGE k 9223372036854775807 ""`, "5",
		"SETRANGE k 0 xyz", "5",
		"GETRANGE k 0 -1", `"xyzab"`,
		"GETRANGE k -2 -1", `"ab"`,
		"GETRANGE k 1 2", `"yz"`,
		"GETRANGE k -100 -100", `"x"`,
		"GETRANGE k -1 -2", `""`,
		"GETRANGE k 3 1", `""`,
		"GETRANGE k 5 9223372036854775807", `""`,
		"GETRANGE k -9223372036854775808 9223372036854775807", `"xyzab"`,
		"SUBSTR k 1 1", `"y"`,
		"GETRANGE none 0 -1", `""`,
		"GETRANGE k a 1", notInt,
		"APPEND k cd", "7",
		"APPEND new a", "1",
		`APPEND empty ""`, "0",
		"GET empty", `""`,
		"BOX b", "+OK",
	)
	for _, line := range []string{"SETRANGE b 9223372036854775806 x", "GETRANGE b 0 1", "APPEND b x"} {
		p.Wants(line, wrongType)
	}
}

func TestIncr(t *testing.T) {
	p := probe.New(t, Commands(), box())
	p.Wants(
		"INCR n", "1",
		"INCRBY n 9223372036854775806", "9223372036854775807",
		"INCR n", "-ERR increment or decrement would overflow",
		"DECRBY n -9223372036854775808", "-ERR decrement would overflow",
		"DECRBY n 9223372036854775807", "0",
		"DECR n", "-1",
		"DECRBY n 9223372036854775807", "-9223372036854775808",
		"DECR n", "-ERR increment or decrement would overflow",
		"INCRBY n x", notInt,
		"SET n 01", "+OK",
		"INCR n", notInt,
		"INCRBYFLOAT f 10.5", `"10.5"`,
		"INCRBYFLOAT f 0.1", `"10.6"`,
		"INCRBYFLOAT f -5", `"5.6"`,
		"INCRBYFLOAT f 5.0e3", `"5005.60000000000000009"`,
		"INCRBYFLOAT f inf", "-ERR increment would produce NaN or Infinity",
		"INCRBYFLOAT f nan", notFloat,
		"INCRBYFLOAT f x", notFloat,
		"INCR f", notInt,
		"SET s x", "+OK",
		"INCRBYFLOAT s 1", notFloat,
		"BOX b", "+OK",
		"INCR b", wrongType,
		"INCRBYFLOAT b x", wrongType,
	)
}

func TestLCS(t *testing.T) {
	p := probe.New(t, Commands(), box())
	p.Wants(
		"MSET a ohmytext b mynewtext", "+OK",
		"LCS a b", `"mytext"`,
		"LCS a b LEN", "6",
		"LCS a b IDX", `["matches" [[[4 7] [5 8]] [[2 3] [0 1]]] "len" 6]`,
		"LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN", `["matches" [[[4 7] [5 8] 4]] "len" 6]`,
		"LCS a none", `""`,
		"LCS a none IDX", `["matches" [] "len" 0]`,
		"LCS a b LEN IDX", "-ERR If you want both the length and indexes, please just use IDX.",
		"LCS a b MINMATCHLEN", syntax,
		"BOX c", "+OK",
		"LCS a c", "-ERR The specified keys must contain string values",
		"SETRANGE a 20000 x", "20001",
		"SETRANGE b 20000 x", "20001",
		"LCS a b", "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
	)
}

func TestEncoding(t *testing.T) {
	edited := New("1")
	edited.Edit(1)
	for _, test := range []struct {
		s    *String
		want string
	}{
		{New("-12"), "int"}, {New("012"), "embstr"}, {New(strings.Repeat("x", 44)), "embstr"},
		{New(strings.Repeat("x", 45)), "raw"}, {edited, "raw"}, {edited.Copy().(*String), "raw"},
	} {
		if got := test.s.Encoding(); got != test.want {
			t.Errorf("%q: got %s, want %s", test.s.b, got, test.want)
		}
	}
}

// Memory that a long value took is not kept for a short one, and what grew is zero up to its end.
func TestMemory(t *testing.T) {
	s := New(strings.Repeat("x", 1<<20))
	s.replace("y")
	if s.Size() > 1000 {
		t.Errorf("size %d", s.Size())
	}
	s = New("abcdef")
	s.replace("a")
	if got := string(s.Edit(4)); got != "a\x00\x00\x00" {
		t.Errorf("got %q", got)
	}
}
