package hll

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

func TestCommands(t *testing.T) {
	const wrongType, corrupt = "-WRONGTYPE Key is not a valid HyperLogLog string value.",
		"-INVALIDOBJ Corrupted HLL object detected"
	p := probe.New(t, str.Commands(), Commands())
	p.Wants(
		"PFADD h a b c d e f g", "1",
		"PFADD h a", "0",
		"PFCOUNT h", "7",
		"PFCOUNT h", "7",
		"PFADD empty", "1",
		"PFADD empty", "0",
		"PFCOUNT empty", "0",
		"PFCOUNT none", "0",
		"PFADD other g h i", "1",
		"PFCOUNT h other none", "9",
		"PFMERGE to h other none", "+OK",
		"PFCOUNT to", "9",
		"PFMERGE fresh", "+OK",
		"PFCOUNT fresh", "0",
		"GETRANGE h 0 3", `"HYLL"`,
		"PFDEBUG ENCODING h", "+dense",
		"PFDEBUG TODENSE h", "0",
		"PFDEBUG ENCODING none", "-ERR The specified key does not exist",
		"PFDEBUG WHAT h", "-ERR Unknown PFDEBUG subcommand 'WHAT'",
		"SET s foo", "+OK",
		"PFADD s a", wrongType,
		"PFCOUNT s", wrongType,
		"PFCOUNT h s", wrongType,
		"PFMERGE to s", wrongType,
		`SET bad "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\xff"`, "+OK",
		"PFADD bad a", corrupt,
		"PFCOUNT bad", corrupt,
		"PFMERGE to bad", corrupt,
		`SET old "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xfe\x84"`, "+OK",
		"PFDEBUG ENCODING old", "+sparse",
		"PFCOUNT old", "1",
		"PFADD old a b", "1",
		"PFCOUNT old", "3",
		"PFDEBUG ENCODING old", "+dense",
	)
	p.Wants("SET k 1", "+OK", "PFCOUNT k", wrongType)
}

// The estimate is within four standard errors of the truth, at any size.
func TestError(t *testing.T) {
	b, n := empty(), 0
	for _, size := range []int{10, 100, 1000, 10_000, 100_000, 1_000_000} {
		for ; n < size; n++ {
			add(b, "element:"+strconv.Itoa(n))
		}
		var m all
		m.merge(b)
		if got := m.estimate(); math.Abs(float64(got)-float64(size)) > 4*0.0081*float64(size) {
			t.Errorf("%d elements: estimate %d", size, got)
		}
	}
}

func TestRegisters(t *testing.T) {
	b := empty()
	for i := range registers {
		setRegister(b, i, byte(i*7%64))
	}
	for i := range registers {
		if got := register(b, i); got != byte(i*7%64) {
			t.Fatalf("register %d: %d", i, got)
		}
	}
}

// A string that somebody made up is an error or a number, whatever it holds.
func FuzzMerge(f *testing.F) {
	f.Add([]byte("HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xfe\x84"))
	f.Add([]byte("HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80" + strings.Repeat("\xff", 5000)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !valid(b) {
			return
		}
		var m all
		if m.merge(b) && m.estimate() < 0 {
			t.Error(fmt.Sprint(m.estimate()))
		}
	})
}
