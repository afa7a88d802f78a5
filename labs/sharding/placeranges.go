package sharding

import (
	"slices"
	"sort"
)

// ranges places keys by their order, as the tablets of Bigtable (F. Chang et al., OSDI 2006) and the
// regions of HBase do: neighbours stay together, so that they can be scanned. A new shard takes the
// upper half of the fullest range, and a shard that leaves gives its range to its neighbour.
type ranges struct {
	keys  []string // known keys in order, from which splits are chosen
	spans []span   // by their start, the first starts at ""
}

// span is a range of keys, up to where the next one starts.
type span struct{ start, shard string }

// newRanges cuts the keys into ranges of equal size.
func newRanges(keys, shards []string) ranges {
	r := ranges{keys: slices.Sorted(slices.Values(keys))}
	for n, shard := range shards {
		start := ""
		if n > 0 {
			start = r.keys[n*len(keys)/len(shards)]
		}
		r.spans = append(r.spans, span{start, shard})
	}
	return r
}

func (r ranges) owners(key string) []string {
	after := sort.Search(len(r.spans), func(n int) bool { return r.spans[n].start > key })
	return []string{r.spans[after-1].shard}
}

func (r ranges) add(shard string) placement {
	fullest, from, to := 0, 0, 0
	for n := range r.spans {
		if a, b := r.bounds(n); b-a > to-from {
			fullest, from, to = n, a, b
		}
	}
	upper := span{r.keys[(from+to)/2], shard}
	return ranges{r.keys, slices.Insert(slices.Clone(r.spans), fullest+1, upper)}
}

func (r ranges) remove(shard string) placement {
	spans := slices.DeleteFunc(slices.Clone(r.spans), func(s span) bool { return s.shard == shard })
	spans[0].start = "" // where the first left, its neighbour takes over
	return ranges{r.keys, spans}
}

// bounds returns the positions among the keys at which the range begins and ends.
func (r ranges) bounds(n int) (from, to int) {
	from = sort.SearchStrings(r.keys, r.spans[n].start)
	if n+1 == len(r.spans) {
		return from, len(r.keys)
	}
	return from, sort.SearchStrings(r.keys, r.spans[n+1].start)
}
