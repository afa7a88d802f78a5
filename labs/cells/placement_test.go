package cells

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestChoose(t *testing.T) {
	for _, c := range []struct{ n, k, want int }{
		{0, 0, 1}, {8, 0, 1}, {8, 1, 8}, {8, 2, 28}, {8, 8, 1}, {8, 9, 0}, {0, 1, 0},
	} {
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
			if len(all) != len(seen) {
				t.Errorf("%d of %d: %d combinations, %d different", k, n, len(all), len(seen))
			}
		}
	}
}

// A placement spreads tenants evenly, is the same for the same seed and another for another.
func TestPlacementIsEven(t *testing.T) {
	for _, c := range []struct{ cells, perTenant, shards int }{
		{1, 1, 1}, {cellCount, 1, cellCount}, {cellCount, shardSize, 28},
	} {
		t.Run(fmt.Sprintf("%d of %d", c.perTenant, c.cells), func(t *testing.T) {
			homes := place(tenants(), combinations(c.cells, c.perTenant), 1)
			shards := map[string]int{}
			for n, h := range homes {
				shards[fmt.Sprint(h.Cells)]++
				if h.Tenant != tenants()[n] || len(h.Cells) != c.perTenant {
					t.Errorf("tenant %d is %+v", n, h)
				}
			}
			for shard, n := range shards {
				if n != tenantCount/c.shards {
					t.Errorf("%s has %d tenants, want %d", shard, n, tenantCount/c.shards)
				}
			}
			if len(shards) != c.shards || len(homes) != tenantCount {
				t.Errorf("%d shards for %d tenants", len(shards), len(homes))
			}
			if fmt.Sprint(homes) != fmt.Sprint(place(tenants(), combinations(c.cells, c.perTenant), 1)) {
				t.Error("the same seed gives another placement")
			}
			if c.cells > 1 && fmt.Sprint(homes) == fmt.Sprint(place(tenants(), combinations(c.cells, c.perTenant), 2)) {
				t.Error("the seed does not decide")
			}
		})
	}
}

// The theory against the placement itself: whichever two cells fail, of the tenants of a shuffle shard 15 in 28
// lose none of theirs, 12 one and 1 both, as in Builders' Library's example.
func TestShuffleShardsOverlapAsPredicted(t *testing.T) {
	homes := place(tenants(), combinations(cellCount, shardSize), 3)
	for _, failed := range combinations(cellCount, 2) {
		down := []string{cellName(failed[0]), cellName(failed[1])}
		var lost [shardSize + 1]int
		for _, h := range homes {
			n := 0
			for _, c := range h.Cells {
				if slices.Contains(down, c) {
					n++
				}
			}
			lost[n]++
		}
		if want := [...]int{15 * tenantCount / 28, 12 * tenantCount / 28, tenantCount / 28}; lost != want {
			t.Errorf("%v failed: by how many cells they lost there are %v tenants, want %v", down, lost, want)
		}
	}
}

// Where tenants are placed at random instead, the fullest cell has 11 of 56 on average, not 7.
func TestRandomPlacementIsUneven(t *testing.T) {
	rnd, sum, seeds := rand.New(rand.NewPCG(1, 1)), 0, 2000
	for range seeds {
		var cells [cellCount]int
		for range tenantCount {
			cells[rnd.IntN(cellCount)]++
		}
		sum += slices.Max(cells[:])
	}
	if fullest := float64(sum) / float64(seeds); math.Abs(fullest-11) > 0.2 {
		t.Errorf("the fullest cell has %.2f tenants on average", fullest)
	}
}
