package list

import (
	"math"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// find compares up to most elements with s, from an end on, and returns the places of count that are equal,
// after passing over the first few.
func (l *List) find(s string, from end, pass, count int64, most int) []int {
	var found []int
	for i := range min(most, l.n) {
		at := i
		if from == right {
			at = l.n - 1 - i
		}
		if l.at(at) != s {
			continue
		}
		if pass > 0 {
			pass--
			continue
		}
		if found = append(found, at); int64(len(found)) == count {
			break
		}
	}
	return found
}

// posOptions are what LPOS takes beside key and element.
type posOptions struct {
	from  end
	pass  int64 // matches to pass over
	count int64
	all   bool // COUNT is given: the reply is an array
	most  int  // elements to compare
}

func posOptionsOf(c *engine.Call) (p posOptions, err error) {
	p.count, p.most = 1, math.MaxInt
	for o := c.Options(3); o.More(); {
		word := o.Word()
		if !o.More() {
			return p, engine.ErrSyntax
		}
		n, err := o.Int()
		switch word {
		case "RANK":
			if err == nil {
				err = engine.Between(n, -math.MaxInt64, math.MaxInt64)
			}
			switch {
			case err != nil:
				return p, err
			case n == 0:
				return p, engine.Error("ERR RANK can't be zero: use 1 to start from the first match, 2 from the second " +
					"... or use negative to start from the end of the list")
			case n < 0:
				p.from, p.pass = right, -n-1
			default:
				p.from, p.pass = left, n-1
			}
		case "COUNT":
			if err != nil || n < 0 {
				return p, engine.Error("ERR COUNT can't be negative")
			}
			p.all, p.count = true, n
			if n == 0 {
				p.count = math.MaxInt64
			}
		case "MAXLEN":
			if err != nil || n < 0 {
				return p, engine.Error("ERR MAXLEN can't be negative")
			}
			if p.most = int(n); n == 0 {
				p.most = math.MaxInt
			}
		default:
			return p, engine.ErrSyntax
		}
	}
	return p, nil
}

func pos(c *engine.Call) error {
	p, err := posOptionsOf(c)
	if err != nil {
		return err
	}
	l, ok, err := engine.Get[*List](c, c.Args[1])
	if err != nil {
		return err
	}
	var found []int
	if ok {
		found = l.find(c.Args[2], p.from, p.pass, p.count, p.most)
	}
	switch {
	case p.all:
		c.Array(len(found))
		for _, at := range found {
			c.Len(at)
		}
	case len(found) > 0:
		c.Len(found[0])
	default:
		c.Null()
	}
	return nil
}
