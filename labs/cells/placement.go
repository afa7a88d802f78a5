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

// place gives each tenant one of the shards in the deck. They are dealt like cards, and none is given again before all
// have been given, so that every cell has as many tenants as any other. By hash alone some have more, and the blast
// radius is that of the fullest. (AWS Builders' Library, "Workload isolation using shuffle-sharding". Where there are
// too many to list, one draws at random and looks for overlaps, as Route 53 does.)
func place(tenants []string, deck [][]int, seed uint64) []home {
	rnd := rand.New(rand.NewPCG(seed, 0x63656c6c))
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

// rows returns the choices that have no cell in common: the first k of the numbers below n, the next k, and so on.
func rows(n, k int) [][]int {
	return slices.Collect(slices.Chunk(slices.Concat(combinations(n, 1)...), k))
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
