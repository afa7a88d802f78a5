package engine

import "github.com/crashlab/crashlab/pkg/redislocal/dict"

// Choose returns count different elements, or -count that may be the same. It fails if those are more than
// MaxReply, or by their sizes more than MaxString: a client that says how often elements are repeated does not say
// how much memory that takes.
func Choose[V any](c *Call, from *dict.Dict[V], count int64, size func(dict.Item[V]) int) ([]dict.Item[V], error) {
	if count < -MaxReply {
		return nil, ErrTooMany
	}
	n := from.Len()
	var chosen []dict.Item[V]
	switch {
	case n == 0:
	case count < 0:
		total := 0
		for range -count {
			item := from.Random(c.Engine.Rand)
			if total += size(item); total > MaxString {
				return nil, errReply
			}
			chosen = append(chosen, item)
		}
	case count >= int64(n):
		for i := range n {
			chosen = append(chosen, from.At(i))
		}
	default:
		// Robert Floyd's choice of a subset: each is as likely as any other, in time of its own size.
		seen := make(map[int]bool, count)
		for last := n - int(count); last < n; last++ {
			i := c.Engine.Rand.IntN(last + 1)
			if seen[i] {
				i = last
			}
			seen[i] = true
			chosen = append(chosen, from.At(i))
		}
	}
	return chosen, nil
}
