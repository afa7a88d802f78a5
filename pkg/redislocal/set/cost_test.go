package set

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"
)

func filled(n int) *Set {
	s := New()
	for i := range n {
		s.Add(strconv.Itoa(i))
	}
	return s
}

// TestCostIsFlat compares what commands do in a set of 1,000 members and in one of 1,000,000, which no memory cache
// holds. A cost in proportion would be 1,000 times as large.
func TestCostIsFlat(t *testing.T) {
	small, large := filled(1000), filled(1_000_000)
	r := rand.New(rand.NewPCG(1, 2))
	for name, do := range map[string]func(s *Set){
		"add and remove": func(s *Set) { s.Add("x"); s.Remove("x") },
		"pop and add": func(s *Set) {
			member := s.members.Random(r).Key
			s.Remove(member)
			s.Add(member)
		},
		"has": func(s *Set) { s.Has("500") },
	} {
		if ratio := cost(large, do) / cost(small, do); ratio > 100 {
			t.Errorf("%s: %.1f times as slow at 1,000,000 members as at 1,000", name, ratio)
		}
	}
}

// cost is the least time of a few batches, in ns.
func cost(s *Set, do func(s *Set)) float64 {
	const batch = 2_000
	best := time.Duration(1<<63 - 1)
	for range 5 {
		began := time.Now()
		for range batch {
			do(s)
		}
		best = min(best, time.Since(began))
	}
	return float64(best) / batch
}

func BenchmarkAddRemove(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		s := filled(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				s.Add("x")
				s.Remove("x")
			}
		})
	}
}
