package zset

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// filled returns a sorted set of n members with the scores from 0 on.
func filled(n int) *ZSet {
	z := New(rand.New(rand.NewPCG(1, 2)))
	for i := range n {
		z.Set(strconv.Itoa(i), float64(i))
	}
	return z
}

// TestCostIsLogarithmic counts the nodes that are compared on the way to a place, in a sorted set of 1,000 members
// and in one of 1,000,000, of which the logarithm is twice as large. BenchmarkWork has the times.
func TestCostIsLogarithmic(t *testing.T) {
	small, large := comparisons(filled(1000)), comparisons(filled(1_000_000))
	if large > 3*small {
		t.Errorf("%.1f comparisons among 1,000,000 members, %.1f among 1,000", large, small)
	}
}

// comparisons is how many nodes a search compares, on average.
func comparisons(z *ZSet) float64 {
	const searches = 1000
	n := 0
	for i := range searches {
		score := float64(i * 7919 % z.Len())
		z.order.rank(func(other *node) bool {
			n++
			return other.score < score
		})
	}
	return float64(n) / searches
}

// works are what commands do; i is different each time.
var works = map[string]func(z *ZSet, i int){
	"add and remove": func(z *ZSet, i int) {
		z.Set("x", float64(i*7919%z.Len()))
		z.Remove("x")
	},
	"pop and add": func(z *ZSet, _ int) {
		n := z.pop(lowest)
		z.Set(n.member, n.score)
	},
	"rank": func(z *ZSet, i int) {
		n, _ := z.members.Get(strconv.Itoa(i * 7919 % z.Len()))
		z.rank(n)
	},
	"range of scores": func(z *ZSet, i int) {
		low := float64(i * 7919 % z.Len())
		from, to := ScoreRange{Low: low, High: low + 10}.ranks(z)
		z.Each(from, to, false, func(string, float64) bool { return true })
	},
}

func BenchmarkWork(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		z := filled(n)
		for name, do := range works {
			b.Run(name+"/"+strconv.Itoa(n), func(b *testing.B) {
				i := 0
				for b.Loop() {
					do(z, i)
					i++
				}
			})
		}
	}
}
