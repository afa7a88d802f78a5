package load

import (
	"testing"
	"time"
)

// In rounds every key comes once before any comes again, in a new order each time.
func TestRounds(t *testing.T) {
	const keys = 10
	var first, second [keys]string
	n := 0
	for op := range (Config{Name: "op", Rate: 20, Duration: time.Second, Keys: keys, Rounds: true, Seed: 7}).Ops() {
		if n < keys {
			first[n] = op.Key
		} else {
			second[n-keys] = op.Key
		}
		n++
	}
	for _, round := range [][keys]string{first, second} {
		seen := map[string]bool{}
		for _, k := range round {
			seen[k] = true
		}
		if len(seen) != keys {
			t.Errorf("%d of %d keys in the round %v", len(seen), keys, round)
		}
	}
	if first == second {
		t.Error("two rounds have the same order")
	}
}

// Keys that are drawn by themselves are all as likely.
func TestKeysAreUniform(t *testing.T) {
	const keys, each = 10, 1000
	count := map[string]int{}
	for op := range (Config{Name: "op", Rate: keys * each, Duration: time.Second, Keys: keys, Seed: 7}).Ops() {
		count[op.Key]++
	}
	for _, k := range KeyNames(keys) {
		if n := count[k]; n < each-120 || n > each+120 { // four standard deviations
			t.Errorf("%s comes %d times, want about %d", k, n, each)
		}
	}
}
