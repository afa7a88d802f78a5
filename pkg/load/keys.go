package load

import (
	"math/rand/v2"
	"strconv"
)

// keys returns a function that draws the next operation's key.
func (c Config) keys(rnd *rand.Rand) func() int {
	if !c.Rounds {
		return func() int { return rnd.IntN(c.Keys) }
	}
	var round []int
	return func() int {
		if len(round) == 0 {
			round = rnd.Perm(c.Keys)
		}
		key := round[0]
		round = round[1:]
		return key
	}
}

// keyName returns the name of a key by its number.
func keyName(n int) string { return "k" + strconv.Itoa(n) }

// KeyNames returns the keys of a workload that has n.
func KeyNames(n int) []string {
	names := make([]string, n)
	for k := range names {
		names[k] = keyName(k)
	}
	return names
}
