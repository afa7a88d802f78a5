package cells

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestChoose(t *testing.T) {
	for _, c := range []struct{ n, k, want int }{{8, 0, 1}, {8, 1, 8}, {8, 2, 28}, {8, 8, 1}, {8, 9, 0}, {8, -1, 0}, {100, 4, 3921225}} {
		if got := choose(c.n, c.k); got != c.want {
			t.Errorf("C(%d, %d) = %d, want %d", c.n, c.k, got, c.want)
		}
	}
}

func TestCombinations(t *testing.T) {
	for n := range 9 {
		for k := range n + 1 {
			all := combinations(n, k)
			seen := map[string]bool{}
			for _, c := range all {
				seen[fmt.Sprint(c)] = true
				if !slices.IsSorted(c) || len(c) != k {
					t.Errorf("%d of %d: %v", k, n, c)
				}
			}
			if len(seen) != choose(n, k) || len(all) != len(seen) {
				t.Errorf("%d of %d: %d combinations, %d different, want %d", k, n, len(all), len(seen), choose(n, k))
			}
		}
	}
}

// Over all losses, the shares are those of a distribution; those of Builders' Library's example, 2 of
// 8 with 2 failed, are 15, 12 and 1 of 28.
func TestHypergeometric(t *testing.T) {
	for lost, want := range []float64{15.0 / 28, 12.0 / 28, 1.0 / 28} {
		if got := hypergeometric(8, 2, 2, lost); math.Abs(got-want) > 1e-9 {
			t.Errorf("lost %d of 2: %.4f, want %.4f", lost, got, want)
		}
	}
	for failed := range 9 {
		sum := 0.0
		for lost := range 4 {
			sum += hypergeometric(8, 3, failed, lost)
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%d failed: the shares add up to %g", failed, sum)
		}
	}
}

// A placement spreads tenants evenly, is the same for the same seed and another for another.
func TestPlacementIsEven(t *testing.T) {
	for _, c := range []struct {
		name      string
		place     func(seed uint64) placement
		each, of  int // how many tenants each shard has, and how many shards there are
		perTenant int
	}{
		{"partition", func(s uint64) placement { return partition(tenants(), cellCount, s) }, tenantCount / cellCount, cellCount, 1},
		{"shuffle", func(s uint64) placement { return shuffleShards(tenants(), cellCount, shardSize, s) }, tenantCount / 28, 28, shardSize},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := c.place(1)
			shards := map[string]int{}
			for tenant, cells := range p {
				shards[fmt.Sprint(cells)]++
				if len(cells) != c.perTenant {
					t.Errorf("%s has %v", tenant, cells)
				}
			}
			for shard, n := range shards {
				if n != c.each {
					t.Errorf("%s has %d tenants, want %d", shard, n, c.each)
				}
			}
			if len(shards) != c.of || len(p) != tenantCount {
				t.Errorf("%d shards for %d tenants", len(shards), len(p))
			}
			if fmt.Sprint(p) != fmt.Sprint(c.place(1)) || fmt.Sprint(p) == fmt.Sprint(c.place(2)) {
				t.Error("the seed does not decide")
			}
		})
	}
}

// The theory against the placement itself: whichever cells fail, the tenants of a shuffle shard lose
// all, some or none of theirs as the hypergeometric distribution says.
func TestShuffleShardsOverlapAsPredicted(t *testing.T) {
	p := shuffleShards(tenants(), cellCount, shardSize, 3)
	for _, failed := range combinations(cellCount, 2) {
		var lost [shardSize + 1]int
		for _, cells := range p {
			n := 0
			for _, c := range cells {
				if slices.Contains(failed, c) {
					n++
				}
			}
			lost[n]++
		}
		for n, tenants := range lost {
			if got, want := float64(tenants)/tenantCount, hypergeometric(cellCount, shardSize, 2, n); math.Abs(got-want) > 1e-9 {
				t.Errorf("%v failed: %.3f of the tenants lost %d, want %.3f", failed, got, n, want)
			}
		}
	}
}
