package zset

import (
	"math"
	"slices"

	"github.com/crashlab/crashlab/pkg/redislocal/dict"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/set"
)

// source is an input of ZUNION, ZINTER and ZDIFF: a sorted set, or a set, whose members have the score 1.
type source struct {
	sorted *ZSet
	plain  *set.Set
	weight float64
}

func sourceAt(c *engine.Call, key string) (source, error) {
	s := source{weight: 1}
	entry := c.Lookup(key)
	if entry == nil {
		s.plain = set.New()
		return s, nil
	}
	switch v := entry.Value.(type) {
	case *ZSet:
		s.sorted = v
	case *set.Set:
		s.plain = v
	default:
		return s, engine.ErrType
	}
	return s, nil
}

func (s source) len() int {
	if s.sorted != nil {
		return s.sorted.Len()
	}
	return s.plain.Len()
}

// score returns a member's weighted score.
func (s source) score(member string) (float64, bool) {
	if s.sorted == nil {
		return s.weight, s.plain.Has(member)
	}
	score, ok := s.sorted.Score(member)
	return number(score * s.weight), ok
}

// all calls f for each member until it returns false.
func (s source) all(f func(member string, score float64) bool) {
	if s.sorted == nil {
		s.plain.All(func(member string) bool { return f(member, s.weight) })
		return
	}
	s.sorted.All(func(member string, score float64) bool { return f(member, number(score*s.weight)) })
}

// number is a score, and 0 for what is none, such as the sum of both infinities.
func number(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return f
}

// aggregates make one score of two.
var aggregates = map[string]func(a, b float64) float64{
	"SUM": func(a, b float64) float64 { return number(a + b) },
	"MIN": func(a, b float64) float64 { return min(a, b) },
	"MAX": func(a, b float64) float64 { return max(a, b) },
}

// operation makes one sorted set of several.
type operation struct {
	event    string // of the command that stores the result
	weighted bool   // takes WEIGHTS and AGGREGATE
	run      func(to *ZSet, from []source, aggregate func(a, b float64) float64)
}

var (
	union = operation{"zunionstore", true, unite}
	inter = operation{"zinterstore", true, func(to *ZSet, from []source, aggregate func(a, b float64) float64) {
		eachCommon(from, aggregate, func(member string, score float64) bool {
			to.Set(member, score)
			return true
		})
	}}
	diff = operation{"zdiffstore", false, func(to *ZSet, from []source, _ func(a, b float64) float64) {
		from[0].all(func(member string, score float64) bool {
			if !slices.ContainsFunc(from[1:], func(s source) bool { _, ok := s.score(member); return ok }) {
				to.Set(member, score)
			}
			return true
		})
	}}
)

func unite(to *ZSet, from []source, aggregate func(a, b float64) float64) {
	sum := dict.New[float64]()
	for _, s := range bySize(from) {
		s.all(func(member string, score float64) bool {
			if old, ok := sum.Get(member); ok {
				score = aggregate(old, score)
			}
			sum.Set(member, score)
			return true
		})
	}
	sum.All(func(member string, score float64) bool {
		to.Set(member, score)
		return true
	})
}

// eachCommon calls f for each member that all sources have, until it returns false. It takes time in proportion
// to the smallest.
func eachCommon(from []source, aggregate func(a, b float64) float64, f func(member string, score float64) bool) {
	from = bySize(from)
	from[0].all(func(member string, score float64) bool {
		for _, s := range from[1:] {
			other, ok := s.score(member)
			if !ok {
				return true
			}
			score = aggregate(score, other)
		}
		return f(member, score)
	})
}

// bySize is the smallest source first.
func bySize(from []source) []source {
	from = slices.Clone(from)
	slices.SortStableFunc(from, func(a, b source) int { return a.len() - b.len() })
	return from
}

// sources reads the keys after their number, which is the i-th argument, and returns the options after them.
func sources(c *engine.Call, i int) ([]source, *engine.Options, error) {
	n, err := c.ArgInt(i)
	switch {
	case err != nil:
		return nil, nil, err
	case n < 1:
		return nil, nil, engine.Error("ERR at least 1 input key is needed for '" + c.Name() + "' command")
	case n > int64(len(c.Args)-i-1):
		return nil, nil, engine.ErrSyntax
	}
	from := make([]source, n)
	for j := range from {
		if from[j], err = sourceAt(c, c.Args[i+1+j]); err != nil {
			return nil, nil, err
		}
	}
	return from, c.Options(i + 1 + len(from)), nil
}

// combine runs an operation on the keys after their number, which is the i-th argument.
func (op operation) combine(c *engine.Call, i int, store bool) (result *ZSet, scores bool, err error) {
	from, o, err := sources(c, i)
	if err != nil {
		return nil, false, err
	}
	aggregate := aggregates["SUM"]
	for o.More() {
		switch word := o.Word(); {
		case word == "WEIGHTS" && op.weighted && o.Left() >= len(from):
			for j := range from {
				if from[j].weight, err = o.Float(); err != nil {
					return nil, false, engine.Error("ERR weight value is not a float")
				}
			}
		case word == "AGGREGATE" && op.weighted && o.More():
			if aggregate = aggregates[o.Word()]; aggregate == nil {
				return nil, false, engine.ErrSyntax
			}
		case word == "WITHSCORES" && !store:
			scores = true
		default:
			return nil, false, engine.ErrSyntax
		}
	}
	result = New(c.Engine.Rand)
	op.run(result, from, aggregate)
	return result, scores, nil
}

// combined is ZUNION, ZINTER and ZDIFF.
func combined(op operation) func(*engine.Call) error {
	return func(c *engine.Call) error {
		z, scores, err := op.combine(c, 1, false)
		if err == nil {
			z.reply(c, 0, z.Len(), false, scores)
		}
		return err
	}
}

// stored is ZUNIONSTORE, ZINTERSTORE and ZDIFFSTORE.
func stored(op operation) func(*engine.Call) error {
	return func(c *engine.Call) error {
		z, _, err := op.combine(c, 2, true)
		if err == nil {
			c.Store(c.Args[1], z, engine.ClassZSet, op.event)
		}
		return err
	}
}

func interCard(c *engine.Call) error {
	from, o, err := sources(c, 1)
	if err != nil {
		return err
	}
	limit := int64(math.MaxInt64)
	for o.More() {
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
	n := int64(0)
	eachCommon(from, aggregates["SUM"], func(string, float64) bool {
		n++
		return n < limit
	})
	c.Int(n)
	return nil
}
