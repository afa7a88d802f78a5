package bits

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/list"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

const (
	wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"
	badOffset = "-ERR bit offset is not an integer or out of range"
	syntax    = "-ERR syntax error"
	notInt    = "-ERR value is not an integer or out of range"
)

func started(t testing.TB) *probe.Probe {
	return probe.New(t, str.Commands(), list.Commands(), Commands())
}

func TestBits(t *testing.T) {
	p := started(t)
	p.Wants(
		"SETBIT k 9223372036854775807 1", badOffset,
		"SETBIT k 4294967296 1", badOffset,
		"SETBIT k -1 1", badOffset,
		"SETBIT k x 1", badOffset,
		"SETBIT k 0 2", "-ERR bit is not an integer or out of range",
		"GETBIT k 7", "0",
		"SETBIT k 7 0", "0",
		"STRLEN k", "1",
		"SETBIT k 7 1", "0",
		"SETBIT k 7 1", "1",
		"SETBIT k 8 1", "0",
		"GET k", `"\x01\x80"`,
		"GETBIT k 7", "1",
		"GETBIT k 4294967295", "0",
		"GETBIT k 4294967296", badOffset,
		"LPUSH l x", "1",
		"SETBIT l 0 1", wrongType,
		"GETBIT l 0", wrongType,
		"BITCOUNT l", wrongType,
		"BITPOS l 1", wrongType,
		"BITFIELD l GET u8 0", wrongType,
		"BITFIELD l SET u8 0 1", wrongType,
		"BITOP AND to k l", wrongType,
	)
}

func TestCount(t *testing.T) {
	p := started(t)
	p.Wants(
		"SET k foobar", "+OK",
		"BITCOUNT k", "26",
		"BITCOUNT none", "0",
		"BITCOUNT k 0 0", "4",
		"BITCOUNT k 1 1", "6",
		"BITCOUNT k 0 -5", "10",
		"BITCOUNT k -1 -2", "0",
		"BITCOUNT k 5 30 BIT", "17",
		"BITCOUNT k -9223372036854775808 9223372036854775807 BIT", "26",
		"BITCOUNT k 1 1 BYTE", "6",
		"BITCOUNT k 0", syntax,
		"BITCOUNT k 0 1 WHAT", syntax,
		"BITCOUNT k 0 x", notInt,
		"BITCOUNT k 0 1 BIT 2", syntax,
	)
}

func TestPosition(t *testing.T) {
	p := started(t)
	p.Wants(
		`SET k "\xff\xf0\x00"`, "+OK",
		"BITPOS k 0", "12",
		"BITPOS none 0", "0",
		"BITPOS none 1", "-1",
		`SET k "\x00\xff\xf0"`, "+OK",
		"BITPOS k 1 0", "8",
		"BITPOS k 1 2", "16",
		"BITPOS k 1 2 -1 BYTE", "16",
		"BITPOS k 1 7 15 BIT", "8",
		"BITPOS k 1 7 -3 BIT", "8",
		"BITPOS k 1 9 9 BIT", "9",
		`SET k "\xff\xff\xff\xff\xff\xff\xff\xff\xff"`, "+OK",
		"BITPOS k 0", "72",
		"BITPOS k 0 3", "72",
		"BITPOS k 0 0 -1", "-1",
		"BITPOS k 0 10", "-1",
		`SET k ""`, "+OK",
		"BITPOS k 0", "-1",
		"BITPOS k 2", "-ERR The bit argument must be 1 or 0.",
		"BITPOS k x", notInt,
		"BITPOS k 1 0 1 WHAT", syntax,
		"BITPOS k 1 0 1 BIT 2", syntax,
	)
}

func TestOperations(t *testing.T) {
	p := started(t)
	p.Wants(
		`MSET a "\xf0\x0f\x01" b "\xaa\xaa" c "\x0f"`, "+OK",
		"BITOP AND to a b", "3", "GET to", `"\xa0\n\x00"`,
		"BITOP or to a b c", "3", "GET to", `"\xff\xaf\x01"`,
		"BITOP XOR to a b", "3", "GET to", `"Z\xa5\x01"`,
		"BITOP NOT to a", "3", "GET to", `"\x0f\xf0\xfe"`,
		"BITOP DIFF to a b c", "3", "GET to", `"P\x05\x01"`,
		"BITOP DIFF1 to a b c", "3", "GET to", `"\x0f\xa0\x00"`,
		"BITOP ANDOR to a b c", "3", "GET to", `"\xa0\n\x00"`,
		"BITOP ONE to a b c", "3", "GET to", `"U\xa5\x01"`,
		"BITOP ONE to a a a", "3", "GET to", `"\x00\x00\x00"`,
		"BITOP AND to a none", "3", "GET to", `"\x00\x00\x00"`,
		"BITOP AND to none none", "0", "GET to", "nil",
		"BITOP NOT to a b", "-ERR BITOP NOT must be called with a single source key.",
		"BITOP DIFF to a", "-ERR BITOP DIFF must be called with at least two source keys.",
		"BITOP ANDOR to a", "-ERR BITOP ANDOR must be called with at least two source keys.",
		"BITOP WHAT to a", syntax,
		"BITOP AND c c c", "1", "GET c", `"\x0f"`,
	)
}

// Each operation is what it says for each bit, at lengths around the width of a word.
func TestOperationsBitByBit(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	want := map[string]func(first bool, others int) bool{
		"AND":   func(first bool, others int) bool { return first && others == 2 },
		"OR":    func(first bool, others int) bool { return first || others > 0 },
		"XOR":   func(first bool, others int) bool { return first != (others == 1) },
		"DIFF":  func(first bool, others int) bool { return first && others == 0 },
		"DIFF1": func(first bool, others int) bool { return !first && others > 0 },
		"ANDOR": func(first bool, others int) bool { return first && others > 0 },
		"ONE":   func(first bool, others int) bool { return first && others == 0 || !first && others == 1 },
	}
	for name, f := range want {
		for range 50 {
			from, size := make([][]byte, 3), 0
			for i := range from {
				from[i] = make([]byte, r.IntN(20))
				for j := range from[i] {
					from[i][j] = byte(r.Uint32())
				}
				size = max(size, len(from[i]))
			}
			got := operations[name](size, from)
			for i := range size * 8 {
				set := func(b []byte) bool { return i>>3 < len(b) && bit(b, i) == 1 }
				others := 0
				for _, b := range from[1:] {
					if set(b) {
						others++
					}
				}
				if set(got) != f(set(from[0]), others) {
					t.Fatalf("%s of %x: bit %d of %x", name, from, i, got)
				}
			}
		}
	}
}

func TestFields(t *testing.T) {
	const badType = "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."
	p := started(t)
	p.Wants(
		"BITFIELD k INCRBY i5 100 1 GET u4 0", "[1 0]",
		"BITFIELD k GET i5 100", "[1]",
		"BITFIELD n SET u8 #1 255 GET u8 8 GET i8 8", "[0 255 -1]",
		"BITFIELD n INCRBY u8 #1 10", "[9]",
		"BITFIELD n OVERFLOW SAT INCRBY u8 #1 300 INCRBY u8 #1 -300", "[255 0]",
		"BITFIELD n OVERFLOW FAIL INCRBY u8 #1 300 OVERFLOW WRAP INCRBY u8 #1 300", "[nil 44]",
		"BITFIELD n OVERFLOW SAT SET i8 0 1000 GET i8 0 SET i8 0 -1000 GET i8 0", "[0 127 127 -128]",
		"BITFIELD n SET i8 0 200 GET i8 0", "[-128 -56]",
		"BITFIELD n SET u8 0 -1 GET u8 0", "[200 255]",
		"BITFIELD n OVERFLOW SAT SET u8 0 -1 INCRBY u8 0 -9223372036854775808", "[255 0]",
	)
	p.Wants(
		"BITFIELD m SET i64 0 9223372036854775807 INCRBY i64 0 1", "[0 -9223372036854775808]",
		"BITFIELD m OVERFLOW FAIL INCRBY i64 0 -1", "[nil]",
		"BITFIELD m OVERFLOW SAT INCRBY i64 0 -9223372036854775808", "[-9223372036854775808]",
		"BITFIELD m SET u63 1 9223372036854775807 INCRBY u63 1 1", "[0 0]",
		"BITFIELD m", "[]",
		"BITFIELD k GET u64 0", badType,
		"BITFIELD k GET i65 0", badType,
		"BITFIELD k GET i0 0", badType,
		"BITFIELD k GET x8 0", badType,
		`BITFIELD k GET "" 0`, badType,
		"BITFIELD k GET u8 -1", badOffset,
		"BITFIELD k GET u8 #9223372036854775807", badOffset,
		"BITFIELD k GET u8 #536870912", badOffset,
		"BITFIELD k SET u8 4294967296 1", badOffset,
		"BITFIELD k GET u8 #", badOffset,
		"BITFIELD k SET u8 0 x", notInt,
		"BITFIELD k SET u8 0", syntax,
		"BITFIELD k GET u8", syntax,
		"BITFIELD k WHAT u8 0", syntax,
		"BITFIELD k OVERFLOW WHAT", "-ERR Invalid OVERFLOW type specified",
		"BITFIELD_RO m GET u1 0", "[1]",
		"BITFIELD_RO m SET u1 0 1", "-ERR BITFIELD_RO only supports the GET subcommand",
	)
}

// What a field becomes is what arithmetic without bounds says, brought into its type.
func TestFieldArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	p := started(t)
	for range 2000 {
		bits, signed := 1+r.IntN(64), r.IntN(2) == 0
		kind := fmt.Sprintf("i%d", bits)
		if !signed {
			bits = min(bits, 63)
			kind = fmt.Sprintf("u%d", bits)
		}
		start, by := r.Int64(), int64(r.Uint64())>>r.IntN(64)
		p.Do("SET k \"\"")
		old := strings.Trim(p.Do(fmt.Sprintf("BITFIELD k SET %s 3 %d GET %[1]s 3", kind, start)), "[]")
		old = strings.Fields(old)[1]
		sum, _ := new(big.Int).SetString(old, 10)
		sum.Add(sum, big.NewInt(by))
		low, size := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(bits))
		if signed {
			low.Rsh(size, 1).Neg(low)
		}
		high := new(big.Int).Add(low, size)
		high.Sub(high, big.NewInt(1))
		sat, fail := sum.String(), sum.String()
		switch {
		case sum.Cmp(low) < 0:
			sat, fail = low.String(), "nil"
		case sum.Cmp(high) > 0:
			sat, fail = high.String(), "nil"
		}
		wrap := new(big.Int).Sub(sum, low)
		wrap.Mod(wrap, size).Add(wrap, low)
		for overflow, want := range map[string]string{"WRAP": wrap.String(), "SAT": sat, "FAIL": fail} {
			line := fmt.Sprintf("BITFIELD k SET %s 3 %s OVERFLOW %s INCRBY %[1]s 3 %[4]d", kind, old, overflow, by)
			if got := strings.Fields(strings.Trim(p.Do(line), "[]"))[1]; got != want {
				t.Fatalf("%s: got %s, want %s", line, got, want)
			}
		}
	}
}

// Setting a bit far out costs what it costs near: the memory is not walked through.
func TestABitFarOutIsSetQuickly(t *testing.T) {
	p := started(t)
	p.Wants("SETBIT k 4294967295 1", "0", "STRLEN k", fmt.Sprint(engine.MaxString), "GETBIT k 4294967295", "1")
}
