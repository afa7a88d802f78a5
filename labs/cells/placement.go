package cells

import (
	"math/rand/v2"
	"slices"
)

// home is where a tenant lives. Any one of the cells will do.
type home struct {
	Tenant string   `dynamodbav:"tenant" key:"hash"`
	Cells  []string `dynamodbav:"cells"`
}

// place gives each tenant k of n cells. There are C(n, k) such shards; they are dealt like cards, and none is given
// again before all have been given, so that every cell has as many tenants as any other. By hash alone some have more,
// and the blast radius is that of the fullest. (AWS Builders' Library, "Workload isolation using shuffle-sharding".
// Where C(n, k) is too large to list, one draws at random and looks for overlaps, as Route 53 does.)
func place(tenants []string, n, k int, seed uint64) []home {
	rnd := rand.New(rand.NewPCG(seed, 0x63656c6c))
	deck := combinations(n, k)
	var homes []home
	for round := range slices.Chunk(tenants, len(deck)) {
		rnd.Shuffle(len(deck), func(a, b int) { deck[a], deck[b] = deck[b], deck[a] })
		for i, tenant := range round {
			h := home{Tenant: tenant}
			for _, c := range deck[i] {
				h.Cells = append(h.Cells, cellName(c))
			}
			homes = append(homes, h)
		}
	}
	return homes
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
func choose(n, k int) int { return len(combinations(n, k)) }
