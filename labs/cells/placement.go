package cells

import (
	"math/rand/v2"
	"slices"
)

// placement says which cells serve each tenant, by number from 0. Any one of them will do.
type placement map[string][]int

// partition gives each tenant one of n cells, and each cell as many tenants as any other, give or
// take one: with placement by hash alone, the fullest of 8 cells would have twice the tenants of the
// emptiest, and the blast radius is that of the fullest.
func partition(tenants []string, n int, seed uint64) placement {
	return deal(tenants, combinations(n, 1), seed)
}

// shuffleShards gives each tenant k of n cells. There are C(n, k) such shuffle shards; none is given
// twice before all have been given once, so that two tenants have all k in common only where there
// are more tenants than shards. (AWS Builders' Library, "Workload isolation using shuffle-sharding".
// Where C(n, k) is too large to list, one draws at random and looks for overlaps, as Route 53 does.)
func shuffleShards(tenants []string, n, k int, seed uint64) placement {
	return deal(tenants, combinations(n, k), seed)
}

// deal gives each tenant a card of the deck, and shuffles the deck anew when it is used up.
func deal(tenants []string, deck [][]int, seed uint64) placement {
	rnd := rand.New(rand.NewPCG(seed, 0x63656c6c))
	p := placement{}
	var left [][]int
	for _, tenant := range tenants {
		if len(left) == 0 {
			left = slices.Clone(deck)
			rnd.Shuffle(len(left), func(a, b int) { left[a], left[b] = left[b], left[a] })
		}
		p[tenant] = left[0]
		left = left[1:]
	}
	return p
}

// combinations returns every choice of k of the numbers below n, each in ascending order.
func combinations(n, k int) [][]int {
	if k == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for last := k - 1; last < n; last++ {
		for _, c := range combinations(last, k-1) {
			all = append(all, append(c, last))
		}
	}
	return all
}

// choose returns C(n, k), the number of ways to choose k of n.
func choose(n, k int) int {
	if k < 0 || k > n {
		return 0
	}
	c := 1
	for i := range k {
		c = c * (n - i) / (i + 1) // divides evenly: after this step c is C(n, i+1)
	}
	return c
}

// hypergeometric returns which share of the tenants with k of n cells has exactly lost of them among
// the failed ones.
func hypergeometric(n, k, failed, lost int) float64 {
	return float64(choose(failed, lost)*choose(n-failed, k-lost)) / float64(choose(n, k))
}
