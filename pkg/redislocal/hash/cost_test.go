package hash

import (
	"strconv"
	"testing"
	"time"
)

// A command on one field costs the same in a hash of any size.
func TestCostsDoNotGrowWithTheHash(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a million elements")
	}
	const many = 1_000_000
	small, large := New(), New()
	fill := func(h *Hash, n int) {
		for i := range n {
			h.Set("field"+strconv.Itoa(i), "v")
			h.setExpire("field"+strconv.Itoa(i), int64(i+1))
		}
	}
	fill(small, 1000)
	fill(large, many)
	for name, f := range map[string]func(h *Hash){
		"Set":    func(h *Hash) { h.set("field7", "w", true) },
		"Get":    func(h *Hash) { h.Get("field7") },
		"Due":    func(h *Hash) { h.Due() },
		"Delete": func(h *Hash) { h.Set("new", "v"); h.Delete("new") },
		"Expire": func(h *Hash) { h.setExpire("field8", 99) },
		"Scan":   func(h *Hash) { h.fields.Scan(500, 10, func(string, field) {}) },
	} {
		// The best of several rounds leaves out what else the machine does. A thousand times the size and ten times
		// the cost is a cache miss or a level of a tree, not a walk.
		if a, b := best(small, f), best(large, f); b > 10*max(a, time.Microsecond) {
			t.Errorf("%s: %v in a hash of 1,000, %v in one of 1,000,000", name, a, b)
		}
	}
}

func best(h *Hash, f func(*Hash)) time.Duration {
	least := time.Hour
	for range 20 {
		began := time.Now()
		f(h)
		least = min(least, time.Since(began))
	}
	return least
}
