package sharding

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// numbered returns n names, so that a test can draw many independent placements.
func numbered(format string, n int) []string {
	s := make([]string, n)
	for i := range s {
		s[i] = fmt.Sprintf(format, i)
	}
	return s
}

// movedShare returns which share of the copies are on another shard afterwards.
func movedShare(keys []string, before, after placement) float64 {
	n, of := 0, 0
	for _, k := range keys {
		was := before.owners(k)
		of += len(was)
		for _, shard := range after.owners(k) {
			if !slices.Contains(was, shard) {
				n++
			}
		}
	}
	return float64(n) / float64(of)
}

// added returns the shards and a new one.
func added(shards []string) []string { return append(slices.Clone(shards), "new") }

// removed returns the shards without the second.
func removed(shards []string) []string { return slices.Delete(slices.Clone(shards), 1, 2) }

// Over 40 seeds the share that moves has the formula's mean, and a deviation that is neither more nor half of what is
// allowed for.
func TestKeysMovedAsTheFormulasSay(t *testing.T) {
	const seeds = 40
	keys := numbered("key-%d", 1000)
	for _, n := range []int{2, 4, 8} {
		shards := numbered("s%d", n)
		for name, p := range map[string]func(seed names) placement{
			"modulo":     func(seed names) placement { return modulo{names: seed} },
			"ring":       func(seed names) placement { return ring{names: seed, virtual: pointsAShard, copies: 1} },
			"rendezvous": func(seed names) placement { return rendezvous{names: seed} },
			"range":      func(names) placement { return ranges{keys: slices.Sorted(slices.Values(keys))} },
			"of copies":  func(seed names) placement { return ring{names: seed, virtual: pointsAShard, copies: 3} },
		} {
			for _, after := range [][]string{added(shards), removed(shards)} {
				c := change{copies: len(p(0).on(shards).owners("")), sum: len(keys)}
				if c.sum *= c.copies; c.copies == 2 || c.copies > len(after) || name == "range" && n == 8 {
					continue // three copies don't fit; half of 125 keys is none
				}
				formula := name
				if name == "of copies" {
					formula = "ring"
				}
				want := formulaOf(formula, n, len(after))
				deviation, sum, square := c.deviation(formula, want, max(n, len(after))), 0.0, 0.0
				for seed := range names(seeds) {
					before := p(seed).on(shards)
					off := movedShare(keys, before, before.on(after)) - want
					sum, square = sum+off, square+off*off
				}
				mean, spread := sum/seeds, math.Sqrt(square/seeds)
				if math.Abs(mean) > 4*deviation/math.Sqrt(seeds)+1e-9 || spread > 1.5*deviation+1e-9 || spread < deviation/2 {
					t.Errorf("%s, %d → %d shards: off by %.4f ± %.4f, predicted 0 ± %.4f",
						name, n, len(after), mean, spread, deviation)
				}
			}
		}
	}
}

// Thaler and Ravishankar's minimal disruption: no key moves between two shards that stay.
func TestNothingMovesBetweenShardsThatStay(t *testing.T) {
	keys, shards := numbered("key-%d", 5000), numbered("s%d", 5)
	for name, p := range map[string]placement{
		"ring":       ring{virtual: pointsAShard, copies: 1},
		"rendezvous": rendezvous{},
		"range":      ranges{keys: slices.Sorted(slices.Values(keys))},
	} {
		before := p.on(shards)
		added, removed := before.on(added(shards)), before.on(removed(shards))
		for _, k := range keys {
			was := before.owners(k)[0]
			if is := added.owners(k)[0]; is != was && is != "new" {
				t.Fatalf("%s: %s went from %s to %s when another was added", name, k, was, is)
			}
			if is := removed.owners(k)[0]; is != was && was != "s1" {
				t.Fatalf("%s: %s went from %s to %s when another was removed", name, k, was, is)
			}
		}
	}
}

func TestAddThenRemoveIsAsBefore(t *testing.T) {
	keys, shards := numbered("key-%d", 1000), numbered("s%d", 4)
	for name, p := range map[string]placement{
		"modulo":     modulo{},
		"ring":       ring{virtual: pointsAShard, copies: 3},
		"rendezvous": rendezvous{},
		"range":      ranges{keys: slices.Sorted(slices.Values(keys))},
	} {
		before := p.on(shards)
		if moved := movedShare(keys, before, before.on(added(shards)).on(shards)); moved != 0 {
			t.Errorf("%s: %.3f of the keys are elsewhere", name, moved)
		}
	}
}

// A ring is as even as it has virtual nodes: 1 + O(√(ln N / V)).
func TestVirtualNodesEvenARingOut(t *testing.T) {
	const shards, drawn = 10, 20
	keys := numbered("key-%d", 20_000)
	last := math.Inf(1)
	for _, virtual := range []int{1, 10, 100, 1000} {
		sum := 0.0
		for d := range drawn {
			load := map[string]int{}
			r := ring{virtual: virtual, copies: 1}.on(numbered(fmt.Sprintf("ring%d-s%%d", d), shards))
			for _, k := range keys {
				load[r.owners(k)[0]]++
			}
			most := 0
			for _, n := range load {
				most = max(most, n)
			}
			sum += float64(most) * shards / float64(len(keys))
		}
		mean := sum / drawn
		limit := 1 + 1.5*math.Sqrt(math.Log(shards)/float64(virtual)) + 0.05 // 0.05: the keys themselves are a sample
		if mean > limit || mean >= last {
			t.Errorf("%d virtual nodes: fullest shard %.2f × the mean, want at most %.2f and less than with fewer (%.2f)",
				virtual, mean, limit, last)
		}
		last = mean
	}
}

func TestCopiesAreOnDistinctShards(t *testing.T) {
	r := ring{virtual: pointsAShard, copies: 3}.on(numbered("s%d", 4))
	for _, k := range numbered("key-%d", 1000) {
		owners := slices.Sorted(slices.Values(r.owners(k)))
		if len(slices.Compact(owners)) != 3 {
			t.Fatalf("%s is on %v", k, r.owners(k))
		}
	}
	if got := (ring{virtual: pointsAShard, copies: 3}).on(numbered("s%d", 2)).owners("k"); len(got) != 2 {
		t.Errorf("with 2 shards 3 copies are on %v", got)
	}
}

func TestRangesKeepNeighboursTogether(t *testing.T) {
	keys := numbered("key-%04d", 1000)
	p := ranges{keys: keys}.on(numbered("s%d", 4)).on(numbered("s%d", 5))
	changes, last := 0, ""
	for _, k := range keys {
		if is := p.owners(k)[0]; is != last {
			changes, last = changes+1, is
		}
	}
	if changes != 5 {
		t.Errorf("5 shards have %d runs of keys", changes)
	}
	if got := p.owners("")[0]; got != "s0" {
		t.Errorf("the lowest key is on %s", got)
	}
}

// Once all transfers are carried out, every copy is where the new placement says, and nowhere else.
func TestTransfersLeadFromOnePlacementToTheOther(t *testing.T) {
	keys, shards := numbered("key-%d", 1000), numbered("s%d", 4)
	for name, p := range map[string]placement{
		"modulo":        modulo{},
		"ring-replicas": ring{virtual: pointsAShard, copies: 3},
		"range":         ranges{keys: slices.Sorted(slices.Values(keys))},
	} {
		before := p.on(shards)
		for _, changed := range [][]string{added(shards), removed(shards)} {
			after, at := before.on(changed), map[string][]string{}
			for _, k := range keys {
				at[k] = before.owners(k)
			}
			all, copies := transfers(keys, before, after)
			want := movedShare(keys, before, after) * float64(len(keys)*len(before.owners("")))
			if math.Round(want) != float64(copies) {
				t.Errorf("%s: %d copies to move, want %.0f", name, copies, want)
			}
			for _, tr := range all {
				if len(tr.Keys) > movedAtOnce {
					t.Errorf("%s: a transfer of %d keys", name, len(tr.Keys))
				}
				for _, k := range tr.Keys {
					at[k] = append(minus(at[k], []string{tr.From}), tr.To)
				}
			}
			for _, k := range keys {
				want := after.owners(k)
				if len(at[k]) != len(want) || len(minus(at[k], want)) > 0 {
					t.Fatalf("%s: %s is on %v, want %v", name, k, at[k], want)
				}
			}
		}
	}
}
