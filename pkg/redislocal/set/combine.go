package set

import (
	"errors"
	"math"
	"slices"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// operation makes one set of several.
type operation struct {
	event string // of the command that stores the result
	run   func(sets []*Set) *Set
}

var (
	inter = operation{"sinterstore", func(sets []*Set) *Set {
		to := New()
		eachCommon(sets, func(member string) bool {
			to.Add(member)
			return true
		})
		return to
	}}
	union = operation{"sunionstore", func(sets []*Set) *Set {
		to := New()
		for _, s := range sets {
			s.All(func(member string) bool {
				to.Add(member)
				return true
			})
		}
		return to
	}}
	diff = operation{"sdiffstore", func(sets []*Set) *Set {
		to := New()
		sets[0].All(func(member string) bool {
			if !slices.ContainsFunc(sets[1:], func(s *Set) bool { return s.Has(member) }) {
				to.Add(member)
			}
			return true
		})
		return to
	}}
)

// eachCommon calls f for each member that all sets have, until it returns false. It takes time in proportion to
// the smallest.
func eachCommon(sets []*Set, f func(member string) bool) {
	sets = slices.Clone(sets)
	slices.SortStableFunc(sets, func(a, b *Set) int { return a.Len() - b.Len() })
	sets[0].All(func(member string) bool {
		for _, s := range sets[1:] {
			if !s.Has(member) {
				return true
			}
		}
		return f(member)
	})
}

func readAll(c *engine.Call, keys []string) ([]*Set, error) {
	sets := make([]*Set, len(keys))
	for i, key := range keys {
		var err error
		if sets[i], err = read(c, key); err != nil {
			return nil, err
		}
	}
	return sets, nil
}

// combined is SINTER, SUNION and SDIFF.
func combined(op operation) func(*engine.Call) error {
	return func(c *engine.Call) error {
		sets, err := readAll(c, c.Args[1:])
		if err == nil {
			op.run(sets).reply(c)
		}
		return err
	}
}

// stored is SINTERSTORE, SUNIONSTORE and SDIFFSTORE.
func stored(op operation) func(*engine.Call) error {
	return func(c *engine.Call) error {
		sets, err := readAll(c, c.Args[2:])
		if err == nil {
			c.Store(c.Args[1], op.run(sets), engine.ClassSet, op.event)
		}
		return err
	}
}

func interCard(c *engine.Call) error {
	keys, err := c.NumKeys(1)
	if errors.Is(err, engine.ErrSyntax) {
		err = engine.Error("ERR Number of keys can't be greater than number of args")
	}
	if err != nil {
		return err
	}
	limit := int64(math.MaxInt64)
	for o := c.Options(2 + len(keys)); o.More(); {
		if o.Word() != "LIMIT" || !o.More() {
			return engine.ErrSyntax
		}
		if limit, err = o.Int(); err != nil || limit < 0 {
			return engine.Error("ERR LIMIT can't be negative")
		}
		if limit == 0 {
			limit = math.MaxInt64
		}
	}
	sets, err := readAll(c, keys)
	if err != nil {
		return err
	}
	n := int64(0)
	eachCommon(sets, func(string) bool {
		n++
		return n < limit
	})
	c.Int(n)
	return nil
}
