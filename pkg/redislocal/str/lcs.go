package str

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// lcs finds the longest common subsequence of two strings, by dynamic programming: time and memory go with the
// product of the lengths, and the memory is bounded as in Redis.
func lcs(c *engine.Call) error {
	opt, err := lcsOptionsOf(c)
	if err != nil {
		return err
	}
	a, _, errA := engine.Get[*String](c, c.Args[1])
	b, _, errB := engine.Get[*String](c, c.Args[2])
	if errA != nil || errB != nil {
		return engine.Error("ERR The specified keys must contain string values")
	}
	var m matrix
	if a != nil {
		m.a = a.b
	}
	if b != nil {
		m.b = b.b
	}
	if (len(m.a)+1)*(len(m.b)+1) > engine.MaxString/4 {
		return engine.Error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len")
	}
	m.fill()
	opt.reply(c, &m)
	return nil
}

type lcsOptions struct {
	length, indices, withLengths bool
	minimum                      int64
}

func lcsOptionsOf(c *engine.Call) (opt lcsOptions, err error) {
	for o := c.Options(3); o.More(); {
		switch word := o.Word(); {
		case word == "LEN":
			opt.length = true
		case word == "IDX":
			opt.indices = true
		case word == "WITHMATCHLEN":
			opt.withLengths = true
		case word == "MINMATCHLEN" && o.More():
			if opt.minimum, err = o.Int(); err != nil {
				return opt, err
			}
			opt.minimum = max(opt.minimum, 0)
		default:
			return opt, engine.ErrSyntax
		}
	}
	if opt.length && opt.indices {
		return opt, engine.Error("ERR If you want both the length and indexes, please just use IDX.")
	}
	return opt, nil
}

func (opt lcsOptions) reply(c *engine.Call, m *matrix) {
	if opt.length {
		c.Len(m.length())
		return
	}
	common, matches := m.trace()
	if !opt.indices {
		c.Bytes(common)
		return
	}
	kept := matches[:0]
	for _, match := range matches {
		if int64(match.size) >= opt.minimum {
			kept = append(kept, match)
		}
	}
	c.Map(2)
	c.Bulk("matches")
	c.Array(len(kept))
	for _, match := range kept {
		n := 2
		if opt.withLengths {
			n = 3
		}
		c.Array(n)
		for _, at := range []int{match.a, match.b} {
			c.Array(2)
			c.Len(at)
			c.Len(at + match.size - 1)
		}
		if opt.withLengths {
			c.Len(match.size)
		}
	}
	c.Bulk("len")
	c.Len(len(common))
}

// matrix holds, for each pair of prefixes of two strings, the length of their common subsequence.
type matrix struct {
	a, b  []byte
	cells []uint32
}

func (m *matrix) at(i, j int) uint32 { return m.cells[i*(len(m.b)+1)+j] }

func (m *matrix) length() int { return int(m.at(len(m.a), len(m.b))) }

func (m *matrix) fill() {
	width := len(m.b) + 1
	m.cells = make([]uint32, (len(m.a)+1)*width)
	for i, x := range m.a {
		above, row := m.cells[i*width:(i+1)*width], m.cells[(i+1)*width:(i+2)*width]
		for j, y := range m.b {
			if x == y {
				row[j+1] = above[j] + 1
			} else {
				row[j+1] = max(above[j+1], row[j])
			}
		}
	}
}

// match is a part that both strings have: where it starts in each, and its size.
type match struct{ a, b, size int }

// trace walks back from the ends, and returns the subsequence and its contiguous parts, the last first.
func (m *matrix) trace() (common []byte, matches []match) {
	common = make([]byte, m.length())
	left := len(common)
	i, j := len(m.a), len(m.b)
	for i > 0 && j > 0 && left > 0 {
		switch {
		case m.a[i-1] == m.b[j-1]:
			i, j, left = i-1, j-1, left-1
			common[left] = m.a[i]
			if n := len(matches); n > 0 && matches[n-1].a == i+1 && matches[n-1].b == j+1 {
				matches[n-1] = match{i, j, matches[n-1].size + 1}
			} else {
				matches = append(matches, match{i, j, 1})
			}
		case m.at(i-1, j) > m.at(i, j-1):
			i--
		default:
			j--
		}
	}
	return common, matches
}
