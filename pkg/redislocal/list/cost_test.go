package list

import (
	"strconv"
	"testing"
	"time"
)

// filled returns a list of n elements.
func filled(n int) *List {
	l := New()
	for i := range n {
		l.Push(strconv.Itoa(i))
	}
	return l
}

// TestCostIsFlat compares what commands do in a list of 1,000 elements and in one of 1,000,000, which no memory cache
// holds. A cost in proportion would be 1,000 times as large.
func TestCostIsFlat(t *testing.T) {
	small, large := filled(1000), filled(1_000_000)
	for name, do := range map[string]func(l *List, i int){
		"push and pop left":  func(l *List, _ int) { l.push("x", left); l.pop(left) },
		"push and pop right": func(l *List, _ int) { l.push("x", right); l.pop(right) },
		"move":               func(l *List, _ int) { l.push(l.pop(left), right) },
		"index":              func(l *List, i int) { _ = l.at(i * 7919 % l.n) },
		"insert near an end": func(l *List, i int) { l.insert(3, "x"); l.remove([]int{3}) },
		"trim":               func(l *List, i int) { l.push("x", left); l.keep(0, l.n-1); l.push("x", right) },
	} {
		if ratio := cost(large, do) / cost(small, do); ratio > 100 {
			t.Errorf("%s: %.1f times as slow at 1,000,000 elements as at 1,000", name, ratio)
		}
	}
}

// cost is the least time of a few batches, in ns.
func cost(l *List, do func(l *List, i int)) float64 {
	const batch = 2_000
	best := time.Duration(1<<63 - 1)
	for range 5 {
		began := time.Now()
		for i := range batch {
			do(l, i)
		}
		best = min(best, time.Since(began))
	}
	return float64(best) / batch
}

func BenchmarkPushPop(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		l := filled(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				l.push("x", left)
				l.pop(right)
			}
		})
	}
}
