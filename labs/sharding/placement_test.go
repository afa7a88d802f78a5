package sharding

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// names returns n names, so that a test can draw many independent placements.
func names(format string, n int) []string {
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

func TestKeysMovedAsTheFormulasSay(t *testing.T) {
	keys := names("key-%d", 20_000)
	for _, n := range []int{2, 4, 8, 16} {
		shards := names("s%d", n)
		for name, p := range map[string]placement{
			"modulo":        modulo{},
			"ring":          ring{virtual: virtualNodes, copies: 1},
			"rendezvous":    rendezvous{},
			"range":         ranges{keys: slices.Sorted(slices.Values(keys))},
			"ring-replicas": ring{virtual: virtualNodes, copies: 2},
		} {
			before := p.on(shards)
			for _, after := range [][]string{added(shards), removed(shards)} {
				if name == "ring-replicas" && len(after) < 2 {
					continue // the copies have nowhere to go
				}
				got := movedShare(keys, before, before.on(after))
				if want, _ := predict(name, n, len(after)); math.Abs(got-want) > 0.25*want {
					t.Errorf("%s, %d → %d shards: %.3f moved, predicted %.3f", name, n, len(after), got, want)
				}
			}
		}
	}
}

// Thaler and Ravishankar's minimal disruption: no key moves between two shards that stay.
func TestNothingMovesBetweenShardsThatStay(t *testing.T) {
	keys, shards := names("key-%d", 5000), names("s%d", 5)
	for name, p := range map[string]placement{
		"ring":       ring{virtual: virtualNodes, copies: 1},
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
	keys, shards := names("key-%d", 1000), names("s%d", 4)
	for name, p := range map[string]placement{
		"modulo":     modulo{},
		"ring":       ring{virtual: virtualNodes, copies: 3},
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
	keys := names("key-%d", 20_000)
	last := math.Inf(1)
	for _, virtual := range []int{1, 10, 100, 1000} {
		sum := 0.0
		for d := range drawn {
			load := map[string]int{}
			r := ring{virtual: virtual, copies: 1}.on(names(fmt.Sprintf("ring%d-s%%d", d), shards))
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
	r := ring{virtual: virtualNodes, copies: 3}.on(names("s%d", 4))
	for _, k := range names("key-%d", 1000) {
		owners := slices.Sorted(slices.Values(r.owners(k)))
		if len(slices.Compact(owners)) != 3 {
			t.Fatalf("%s is on %v", k, r.owners(k))
		}
	}
	if got := (ring{virtual: virtualNodes, copies: 3}).on(names("s%d", 2)).owners("k"); len(got) != 2 {
		t.Errorf("with 2 shards 3 copies are on %v", got)
	}
}

func TestRangesKeepNeighboursTogether(t *testing.T) {
	keys := names("key-%04d", 1000)
	p := ranges{keys: keys}.on(names("s%d", 4)).on(names("s%d", 5))
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
	keys, shards := names("key-%d", 1000), names("s%d", 4)
	for name, p := range map[string]placement{
		"modulo":        modulo{},
		"ring-replicas": ring{virtual: virtualNodes, copies: 3},
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
