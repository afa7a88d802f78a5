package stream

import (
	"testing"
	"time"
)

// What is done with one entry costs the same in a stream of any length.
func TestCostsDoNotGrowWithTheStream(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a million elements")
	}
	small, large := filled(1000), filled(1_000_000)
	fields := []string{"f", "v"}
	for name, f := range map[string]func(s *Stream){
		"XADD": func(s *Stream) { s.add(s.last.next(), fields) },
		"XADD MAXLEN": func(s *Stream) {
			n := int64(s.entries.Len())
			s.add(s.last.next(), fields)
			s.trim(trim{kind: "MAXLEN", maxLen: n})
		},
		"XRANGE COUNT 1": func(s *Stream) { s.between(ID{500, 0}, maxID, 1) },
		"XACK":           func(s *Stream) { g := s.group("g"); s.drop(g, g.last) },
		"lag":            func(s *Stream) { s.lag(s.group("g")) },
		"XDEL":           func(s *Stream) { s.removeNoted(s.last) },
	} {
		// The best of several rounds leaves out what else the machine does. A thousand times the size and ten times
		// the cost is a cache miss or a level of a tree, not a walk.
		if a, b := best(small, f), best(large, f); b > 10*max(a, time.Microsecond) {
			t.Errorf("%s: %v in a stream of 1,000, %v in one of 1,000,000", name, a, b)
		}
	}
}

// filled returns a stream with all of its entries pending for one consumer.
func filled(n int) *Stream {
	s := New()
	s.addGroup("g", ID{}, unknown)
	g := s.group("g")
	c, _ := g.consumer("c", 0)
	for i := range n {
		s.add(ID{uint64(i + 1), 0}, []string{"f", "v"})
		s.give(g, c, s.last)
		s.advance(g, s.last)
	}
	return s
}

func best(s *Stream, f func(*Stream)) time.Duration {
	least := time.Hour
	for range 20 {
		began := time.Now()
		f(s)
		least = min(least, time.Since(began))
	}
	return least
}
