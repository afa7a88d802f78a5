package bits

import (
	"math"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

// field is an integer of some bits somewhere in a string.
type field struct {
	signed     bool
	bits       int // 1 to 64
	offset     int
	verb       string // GET, SET, INCRBY
	value      int64  // of SET and INCRBY
	onOverflow string // WRAP, SAT, FAIL
}

func bitfield(c *engine.Call) error { return runFields(c, false) }

func bitfieldRO(c *engine.Call) error { return runFields(c, true) }

func runFields(c *engine.Call, readOnly bool) error {
	fields, err := fieldsOf(c)
	if err != nil {
		return err
	}
	last := -1 // the highest bit that is written
	for _, f := range fields {
		if f.verb != "GET" {
			last = max(last, f.offset+f.bits-1)
		}
	}
	key := c.Args[1]
	var s *str.String
	var b []byte
	there := true
	switch {
	case last < 0:
		b, err = content(c, key)
	case readOnly:
		return engine.Error("ERR BITFIELD_RO only supports the GET subcommand")
	default:
		s, b, there, err = room(c, key, last)
	}
	if err != nil {
		return err
	}
	changed := false
	c.Array(len(fields))
	for _, f := range fields {
		changed = f.run(c, b) || changed
	}
	if s != nil && (changed || !there) {
		c.Put(key, s)
		c.Notify(engine.ClassString, "setbit", key)
	}
	return nil
}

func fieldsOf(c *engine.Call) ([]field, error) {
	var fields []field
	overflow := "WRAP"
	for o := c.Options(2); o.More(); {
		word := o.Word()
		switch {
		case word == "OVERFLOW" && o.More():
			overflow = o.Word()
			if overflow != "WRAP" && overflow != "SAT" && overflow != "FAIL" {
				return nil, engine.Error("ERR Invalid OVERFLOW type specified")
			}
			continue
		case word == "GET" && o.Left() >= 2, (word == "SET" || word == "INCRBY") && o.Left() >= 3:
		default:
			return nil, engine.ErrSyntax
		}
		f := field{verb: word, onOverflow: overflow}
		kind, _ := o.Next() // there are as many as were asked for above
		place, _ := o.Next()
		err := f.parse(kind, place)
		if err == nil && word != "GET" {
			f.value, err = o.Int()
		}
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// parse reads a type such as u8 and an offset in bits, or in fields after a #.
func (f *field) parse(kind, place string) error {
	bits, ok := int64(0), false
	if kind != "" && (kind[0] == 'i' || kind[0] == 'u') {
		f.signed = kind[0] == 'i'
		bits, ok = engine.ParseInt(kind[1:])
	}
	if !ok || bits < 1 || bits > 64 || bits == 64 && !f.signed {
		return engine.Error("ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported " +
			"but i64 is.")
	}
	f.bits = int(bits)
	number, counted := strings.CutPrefix(place, "#")
	n, err := offset(number)
	if counted {
		n *= f.bits // at most 64 times what offset lets pass
	}
	if err != nil || n >= maxBits {
		return errOffset
	}
	f.offset = n
	return nil
}

// run does what the verb says, replies, and reports whether it has changed the string.
func (f *field) run(c *engine.Call, b []byte) bool {
	old := f.read(b)
	if f.verb == "GET" {
		c.Int(old)
		return false
	}
	now, overflow := f.limited(old)
	if overflow && f.onOverflow == "FAIL" {
		c.Null()
		return false
	}
	f.write(b, now)
	if f.verb == "SET" {
		c.Int(old)
	} else {
		c.Int(now)
	}
	return old != now
}

// limited is the field's next value and whether it overflows: then it is as onOverflow says.
func (f *field) limited(old int64) (int64, bool) {
	low, high := f.limits()
	base, by := old, f.value
	if f.verb == "SET" {
		base, by = f.value, 0
		if !f.signed && base < 0 {
			base, by = high, 1 // a negative number is a very large one
		}
	}
	over := base > high || by > 0 && base > high-by
	under := base < low || by < 0 && (base >= 0 && base+by < low || base < 0 && base < low-by)
	switch {
	case !over && !under:
		return base + by, false
	case f.onOverflow == "WRAP":
		if f.verb == "SET" {
			return f.cut(uint64(f.value)), true
		}
		return f.cut(uint64(old) + uint64(f.value)), true
	case over:
		return high, true
	}
	return low, true
}

func (f *field) limits() (low, high int64) {
	if !f.signed {
		return 0, math.MaxInt64 >> (63 - f.bits)
	}
	high = math.MaxInt64 >> (64 - f.bits)
	return -high - 1, high
}

// cut takes the lowest bits of a number as the field's type has them.
func (f *field) cut(n uint64) int64 {
	n <<= 64 - f.bits
	if f.signed {
		return int64(n) >> (64 - f.bits)
	}
	return int64(n >> (64 - f.bits))
}

func (f *field) read(b []byte) int64 {
	var n uint64
	for i := f.offset; i < f.offset+f.bits; i++ {
		n <<= 1
		if i>>3 < len(b) {
			n |= uint64(bit(b, i))
		}
	}
	return f.cut(n)
}

func (f *field) write(b []byte, n int64) {
	for i := f.offset + f.bits - 1; i >= f.offset; i-- {
		mask := byte(0x80) >> (i & 7)
		if n&1 != 0 {
			b[i>>3] |= mask
		} else {
			b[i>>3] &^= mask
		}
		n >>= 1
	}
}
