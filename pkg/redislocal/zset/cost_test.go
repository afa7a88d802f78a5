package zset

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"
)

func filled(n int) *ZSet {
	z := New(rand.New(rand.NewPCG(1, 2)))
	for i := range n {
		z.Set(strconv.Itoa(i), float64(i*7919%n))
	}
	return z
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

// TestCostIsLogarithmic compares what commands do in a sorted set of 1,000 members and in one of 1,000,000. The
// logarithm of that is twice as large, and its nodes are in no memory cache, which makes a step up to 40 times as
// slow; a cost in proportion would be 1,000 times as large.
func TestCostIsLogarithmic(t *testing.T) {
	small, large := filled(1000), filled(1_000_000)
	for name, do := range works {
		if ratio := cost(large, do) / cost(small, do); ratio > 100 {
			t.Errorf("%s: %.1f times as slow at 1,000,000 members as at 1,000", name, ratio)
		}
	}
}

// cost is the least time of a few batches, in ns.
func cost(z *ZSet, do func(z *ZSet, i int)) float64 {
	const batch = 2_000
	best := time.Duration(1<<63 - 1)
	for range 3 {
		began := time.Now()
		for i := range batch {
			do(z, i)
		}
		best = min(best, time.Since(began))
	}
	return float64(best) / batch
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
