package zset

import (
	"math"
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// order is what a range goes by.
type order int

const (
	byRank order = iota
	byScore
	byLex
)

// bounds are a range of members.
type bounds interface {
	// ranks returns the ranks [from, to) of the members in it.
	ranks(z *ZSet) (from, to int)
}

// bounds reads the two ends of a range.
func (by order) bounds(low, high string) (bounds, error) {
	switch by {
	case byScore:
		return scoreBounds(low, high)
	case byLex:
		return lexBounds(low, high)
	}
	start, ok := engine.ParseInt(low)
	stop, ok2 := engine.ParseInt(high)
	if !ok || !ok2 {
		return nil, engine.ErrInt
	}
	return rankRange{start, stop}, nil
}

// rankRange counts from 0, and from the end with negative numbers.
type rankRange struct{ start, stop int64 }

func (r rankRange) ranks(z *ZSet) (from, to int) { return engine.Window(r.start, r.stop, z.Len()) }

// ScoreRange is the scores between two, of which each may be left out.
type ScoreRange struct {
	Low, High         float64
	LowOpen, HighOpen bool
}

func scoreBounds(low, high string) (bounds, error) {
	var r ScoreRange
	var ok, ok2 bool
	r.Low, r.LowOpen, ok = scoreBound(low)
	r.High, r.HighOpen, ok2 = scoreBound(high)
	if !ok || !ok2 {
		return nil, engine.Error("ERR min or max is not a float")
	}
	return r, nil
}

func scoreBound(s string) (f float64, open, ok bool) {
	s, open = strings.CutPrefix(s, "(")
	f, ok = engine.ParseFloat(s)
	if !ok { // out of range is infinite here
		f, _ = strconv.ParseFloat(s, 64)
		ok = math.IsInf(f, 0)
	}
	return f, open, ok
}

func (r ScoreRange) ranks(z *ZSet) (from, to int) {
	from = z.order.rank(func(n *node) bool { return n.score < r.Low || r.LowOpen && n.score == r.Low })
	to = z.order.rank(func(n *node) bool { return n.score < r.High || !r.HighOpen && n.score == r.High })
	return from, max(from, to)
}

// Ranks returns the ranks [from, to) of a sorted set's members in the range.
func (r ScoreRange) Ranks(z *ZSet) (from, to int) { return r.ranks(z) }

// lexRange is the members between two, if all have the same score.
type lexRange struct{ low, high lexBound }

// lexBound is a member, or with a sign one before or after all.
type lexBound struct {
	member string
	open   bool
	sign   int // -1, 1
}

func lexBounds(low, high string) (bounds, error) {
	var r lexRange
	var ok, ok2 bool
	r.low, ok = lexBoundOf(low)
	r.high, ok2 = lexBoundOf(high)
	if !ok || !ok2 {
		return nil, engine.Error("ERR min or max not valid string range item")
	}
	return r, nil
}

func lexBoundOf(s string) (lexBound, bool) {
	switch {
	case s == "-":
		return lexBound{sign: -1}, true
	case s == "+":
		return lexBound{sign: 1}, true
	case strings.HasPrefix(s, "("):
		return lexBound{member: s[1:], open: true}, true
	case strings.HasPrefix(s, "["):
		return lexBound{member: s[1:]}, true
	}
	return lexBound{}, false
}

// compare is a member's place before, at or after the bound.
func (b lexBound) compare(member string) int {
	if b.sign != 0 {
		return -b.sign
	}
	return strings.Compare(member, b.member)
}

func (r lexRange) ranks(z *ZSet) (from, to int) {
	from = z.order.rank(func(n *node) bool {
		at := r.low.compare(n.member)
		return at < 0 || r.low.open && at == 0
	})
	to = z.order.rank(func(n *node) bool {
		at := r.high.compare(n.member)
		return at < 0 || !r.high.open && at == 0
	})
	return from, max(from, to)
}
