package stream

import "slices"

// shard is a shard of a Kinesis stream in its list, which holds the closed ones as well.
type shard struct {
	id      string
	parents []string // whose range of keys it took over: one after a split, two after a merge
}

// position is how far consumers have come in a shard.
type position struct {
	sequence string // of the last record that is done; empty at the beginning
	records  int    // that are done
	ended    bool   // the shard is closed, and all of it is done
}

// readable returns the shards that a consumer may read: those in its share that have not ended and
// whose parents have. A key's later records lie in the child; to read it while the parent still has
// earlier ones would overtake them. A parent that is not in the list any more has outlived the
// stream's retention.
func readable(all []shard, at map[string]position, consumer, consumers int) []shard {
	listed := map[string]bool{}
	for _, s := range all {
		listed[s.id] = true
	}
	waiting := func(parent string) bool { return listed[parent] && !at[parent].ended }
	return slices.DeleteFunc(share(all, consumer, consumers), func(s shard) bool {
		return at[s.id].ended || slices.ContainsFunc(s.parents, waiting)
	})
}

// share returns the shards that are a consumer's to read, sooner or later.
func share(all []shard, consumer, consumers int) []shard {
	var mine []shard
	for n, s := range all {
		if n%consumers == consumer {
			mine = append(mine, s)
		}
	}
	return mine
}
