package bits

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// span is a range of bytes or bits, as the arguments give it.
type span struct {
	start, end int64
	open       bool // no end was given
	bitwise    bool
}

// unit reads BYTE or BIT.
func (s *span) unit(word string) error {
	switch strings.ToUpper(word) {
	case "BIT":
		s.bitwise = true
	case "BYTE":
	default:
		return engine.ErrSyntax
	}
	return nil
}

// of resolves the range to bits [from, to) of a string.
func (s *span) of(b []byte) (from, to int) {
	size := int64(len(b))
	if s.bitwise {
		size *= 8
	}
	start, end := s.start, s.end
	if start < 0 {
		start = max(start+size, 0)
	}
	if end < 0 {
		end = max(end+size, 0)
	}
	if end >= size || s.open {
		end = size - 1
	}
	if start > end {
		return 0, 0
	}
	if s.bitwise {
		return int(start), int(end) + 1
	}
	return int(start) * 8, (int(end) + 1) * 8
}

func bitcount(c *engine.Call) error {
	s := span{open: true}
	n := len(c.Args)
	if n == 3 || n > 5 {
		return engine.ErrSyntax
	}
	if n > 3 {
		var err error
		if s.start, err = c.ArgInt(2); err != nil {
			return err
		}
		if s.end, err = c.ArgInt(3); err != nil {
			return err
		}
		s.open = false
	}
	if n == 5 {
		if err := s.unit(c.Args[4]); err != nil {
			return err
		}
	}
	b, err := content(c, c.Args[1])
	if err != nil {
		return err
	}
	if s.start < 0 && s.end < 0 && s.start > s.end {
		c.Len(0)
		return nil
	}
	c.Len(count(b, s))
	return nil
}

func count(b []byte, s span) int {
	from, to := s.of(b)
	n := 0
	for ; from < to && from&7 != 0; from++ {
		n += bit(b, from)
	}
	for ; from < to && to&7 != 0; to-- {
		n += bit(b, to-1)
	}
	b = b[from>>3 : to>>3]
	for ; len(b) >= 8; b = b[8:] {
		n += bits.OnesCount64(binary.LittleEndian.Uint64(b))
	}
	for _, x := range b {
		n += bits.OnesCount8(x)
	}
	return n
}

func bit(b []byte, i int) int { return int(b[i>>3]>>(7-i&7)) & 1 }

func bitpos(c *engine.Call) error {
	want, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	if want != 0 && want != 1 {
		return engine.Error("ERR The bit argument must be 1 or 0.")
	}
	s := span{open: true}
	n := len(c.Args)
	if n > 6 {
		return engine.ErrSyntax
	}
	if n > 3 {
		if s.start, err = c.ArgInt(3); err != nil {
			return err
		}
	}
	if n == 6 {
		if err = s.unit(c.Args[5]); err != nil {
			return err
		}
	}
	if n > 4 {
		if s.end, err = c.ArgInt(4); err != nil {
			return err
		}
		s.open = false
	}
	entry := c.DB.Entry(c.Args[1])
	b, err := content(c, c.Args[1])
	if err != nil {
		return err
	}
	if entry == nil {
		c.Int(-want) // without a key there are only zeros
		return nil
	}
	c.Int(int64(position(b, s, int(want))))
	return nil
}

// position is the first bit that is as wanted, or -1. Beyond a string whose range has no end, all bits are 0.
func position(b []byte, s span, want int) int {
	from, to := s.of(b)
	empty := from == to
	skip := uint64(math.MaxUint64)
	if want == 1 {
		skip = 0
	}
	for from < to {
		if from&7 == 0 && to-from >= 64 && binary.LittleEndian.Uint64(b[from>>3:]) == skip {
			from += 64
			continue
		}
		if bit(b, from) == want {
			return from
		}
		from++
	}
	if want == 0 && s.open && !empty {
		return to
	}
	return -1
}
