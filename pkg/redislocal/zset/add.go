package zset

import (
	"math"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

const errNaN engine.Error = "ERR resulting score is not a number (NaN)"

// Condition says which members ZADD and GEOADD may change.
type Condition struct {
	Absent, Present bool // NX, XX
	greater, less   bool // GT, LT
}

// Check fails if NX and XX, or what else excludes each other, are both there.
func (a Condition) Check() error {
	switch {
	case a.Absent && a.Present:
		return engine.Error("ERR XX and NX options at the same time are not compatible")
	case a.greater && a.Absent, a.less && a.Absent, a.greater && a.less:
		return engine.Error("ERR GT, LT, and/or NX options at the same time are not compatible")
	}
	return nil
}

// allows reports whether a member may get a score.
func (a Condition) allows(old float64, exists bool, score float64) bool {
	if !exists {
		return !a.Present
	}
	return !a.Absent && !(a.greater && score <= old) && !(a.less && score >= old)
}

// Apply gives the members of a key their scores where the condition allows it, and returns how many were added
// and how many changed.
func (a Condition) Apply(
	c *engine.Call, key string, members []string, scores []float64,
) (added, changed int, err error) {
	z, err := read(c, key)
	if err != nil {
		return 0, 0, err
	}
	for i, member := range members {
		old, ok := z.Score(member)
		if !a.allows(old, ok, scores[i]) {
			continue
		}
		switch isNew, moved := z.Set(member, scores[i]); {
		case isNew:
			added++
		case moved:
			changed++
		}
	}
	if added+changed > 0 {
		c.Put(key, z)
		c.Notify(engine.ClassZSet, "zadd", key)
	}
	return added, changed, nil
}

func add(c *engine.Call) error {
	var when Condition
	var countChanged, incr bool
	i := 2
options:
	for ; i < len(c.Args); i++ {
		switch strings.ToUpper(c.Args[i]) {
		case "NX":
			when.Absent = true
		case "XX":
			when.Present = true
		case "GT":
			when.greater = true
		case "LT":
			when.less = true
		case "CH":
			countChanged = true
		case "INCR":
			incr = true
		default:
			break options
		}
	}
	pairs := c.Args[i:]
	if len(pairs) == 0 || len(pairs)%2 != 0 {
		return engine.ErrSyntax
	}
	if err := when.Check(); err != nil {
		return err
	}
	if incr && len(pairs) > 2 {
		return engine.Error("ERR INCR option supports a single increment-element pair")
	}
	var members []string
	var scores []float64
	for ; len(pairs) > 0; pairs = pairs[2:] {
		score, ok := engine.ParseFloat(pairs[0])
		if !ok {
			return engine.ErrFloat
		}
		members, scores = append(members, pairs[1]), append(scores, score)
	}
	if incr {
		return incrementBy(c, members[0], scores[0], when)
	}
	added, changed, err := when.Apply(c, c.Args[1], members, scores)
	if err != nil {
		return err
	}
	if countChanged {
		added += changed
	}
	c.Len(added)
	return nil
}

func increment(c *engine.Call) error {
	by, err := c.ArgFloat(2)
	if err != nil {
		return err
	}
	return incrementBy(c, c.Args[3], by, Condition{})
}

// incrementBy adds to a member's score, and replies with the new one, or null if the condition forbids it.
func incrementBy(c *engine.Call, member string, by float64, when Condition) error {
	key := c.Args[1]
	z, err := read(c, key)
	if err != nil {
		return err
	}
	old, ok := z.Score(member)
	score := old + by
	if math.IsNaN(score) {
		return errNaN
	}
	if !when.allows(old, ok, score) {
		c.Null()
		return nil
	}
	if _, changed := z.Set(member, score); changed {
		c.Put(key, z)
		c.Notify(engine.ClassZSet, "zincr", key)
	}
	c.Double(score)
	return nil
}
