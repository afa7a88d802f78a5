package bits

import (
	"encoding/binary"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

func and(a, b uint64) uint64 { return a & b }
func or(a, b uint64) uint64  { return a | b }
func xor(a, b uint64) uint64 { return a ^ b }
func not(a, b uint64) uint64 { return a &^ b }

// operations are those of BITOP, on strings of which the longest has size bytes.
var operations = map[string]func(size int, from [][]byte) []byte{
	"AND": func(size int, from [][]byte) []byte { return fold(size, and, from) },
	"OR":  func(size int, from [][]byte) []byte { return fold(size, or, from) },
	"XOR": func(size int, from [][]byte) []byte { return fold(size, xor, from) },
	"NOT": func(size int, from [][]byte) []byte {
		ones := make([]byte, size)
		for i := range ones {
			ones[i] = 0xff
		}
		return combine(ones, xor, from[0])
	},
	// DIFF: in the first and in no other; DIFF1: in another and not in the first.
	"DIFF": func(size int, from [][]byte) []byte {
		return combine(pad(size, from[0]), not, fold(size, or, from[1:]))
	},
	"DIFF1": func(size int, from [][]byte) []byte { return combine(fold(size, or, from[1:]), not, from[0]) },
	// ANDOR: in the first and in another; ONE: in exactly one.
	"ANDOR": func(size int, from [][]byte) []byte { return combine(fold(size, or, from[1:]), and, from[0]) },
	"ONE": func(size int, from [][]byte) []byte {
		once, twice := make([]byte, size), make([]byte, size)
		for _, b := range from {
			both := combine(pad(size, once), and, b)
			twice, once = combine(twice, or, both), combine(once, or, b)
		}
		return combine(once, not, twice)
	},
}

func bitop(c *engine.Call) error {
	name := strings.ToUpper(c.Args[1])
	op, ok := operations[name]
	if !ok {
		return engine.ErrSyntax
	}
	to, keys := c.Args[2], c.Args[3:]
	switch name {
	case "NOT":
		if len(keys) != 1 {
			return engine.Error("ERR BITOP NOT must be called with a single source key.")
		}
	case "DIFF", "DIFF1", "ANDOR":
		if len(keys) < 2 {
			return engine.Error("ERR BITOP " + name + " must be called with at least two source keys.")
		}
	}
	from, size := make([][]byte, len(keys)), 0
	for i, key := range keys {
		var err error
		if from[i], err = content(c, key); err != nil {
			return err
		}
		size = max(size, len(from[i]))
	}
	switch {
	case size > 0:
		c.Replace(to, str.Of(op(size, from)))
		c.Notify(engine.ClassString, "set", to)
	case c.Delete(to):
		c.Notify(engine.ClassGeneric, "del", to)
	}
	c.Len(size)
	return nil
}

// pad returns a copy of a string with zeros up to a size.
func pad(size int, b []byte) []byte {
	to := make([]byte, size)
	copy(to, b)
	return to
}

// fold combines all strings, from the first on.
func fold(size int, f func(a, b uint64) uint64, from [][]byte) []byte {
	to := pad(size, from[0])
	for _, b := range from[1:] {
		combine(to, f, b)
	}
	return to
}

// combine changes a string by another, which ends in zeros if it is shorter, and returns it.
func combine(to []byte, f func(a, b uint64) uint64, with []byte) []byte {
	i := 0
	for ; i+8 <= len(with); i += 8 {
		x := binary.LittleEndian.Uint64(to[i:])
		binary.LittleEndian.PutUint64(to[i:], f(x, binary.LittleEndian.Uint64(with[i:])))
	}
	for ; i < len(to); i++ {
		var x byte
		if i < len(with) {
			x = with[i]
		}
		to[i] = byte(f(uint64(to[i]), uint64(x)))
	}
	return to
}
