package sharding

import (
	"fmt"
	"slices"
)

// ring is consistent hashing (Karger et al., STOC 1997): shards and keys are hashed onto a circle,
// and a key is on the first shard clockwise from it. A new shard takes only what lies before its own
// points, 1/(N+1) of the keys, and takes it from everyone, since each shard has many points (virtual
// nodes, Dynamo's "tokens"): with one point each, arcs differ by a factor of ln N; with V, the
// fullest shard has about 1 + √(ln N / V) times its share.
type ring struct {
	shards  []string
	virtual int     // points a shard
	copies  int     // shards a key
	points  []point // by position
}

// point is where a shard lies on the circle.
type point struct {
	at    uint64
	shard string
}

func newRing(shards []string, virtual, copies int) ring {
	r := ring{shards: shards, virtual: virtual, copies: copies}
	for _, s := range shards {
		for v := range virtual {
			r.points = append(r.points, point{hash(fmt.Sprintf("%s#%d", s, v)), s})
		}
	}
	slices.SortFunc(r.points, byPosition)
	return r
}

func byPosition(a, b point) int {
	switch {
	case a.at < b.at:
		return -1
	case a.at > b.at:
		return 1
	}
	return 0
}

// owners walks clockwise from the key and takes the first shards that it has not met yet: Dynamo's
// preference list (SOSP 2007, section 4.3).
func (r ring) owners(key string) []string {
	from, _ := slices.BinarySearchFunc(r.points, point{at: hash(key)}, byPosition)
	var owners []string
	for n := range r.points {
		shard := r.points[(from+n)%len(r.points)].shard // past the last point comes the first
		if !slices.Contains(owners, shard) {
			owners = append(owners, shard)
		}
		if len(owners) == min(r.copies, len(r.shards)) {
			break
		}
	}
	return owners
}

func (r ring) add(shard string) placement {
	return newRing(with(r.shards, shard), r.virtual, r.copies)
}

func (r ring) remove(shard string) placement {
	return newRing(without(r.shards, shard), r.virtual, r.copies)
}
