package sharding

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
)

// placement says which shards have a key. It is a value, so that two can be compared key by key.
type placement interface {
	// owners returns the shards that have the key: as many as there are copies, or all where those are fewer.
	owners(key string) []string
	// on returns the placement that follows from this one where those are the shards.
	on(shards []string) placement
}

// hash spreads strings over 64 bits. It must be the same on every router, today and next year: Go's own
// maphash is seeded anew in every process.
func hash(s string) uint64 {
	sum := sha256.Sum256([]byte(s))
	return binary.BigEndian.Uint64(sum[:8])
}

// modulo places a key on shard number hash mod N. With another N nearly every remainder is another:
// of M numbers in a row, M being the larger of N before and after, a key keeps its shard with
// probability 1/M, so that (M−1)/M of them move.
type modulo []string

func (m modulo) owners(key string) []string { return []string{m[hash(key)%uint64(len(m))]} }

func (modulo) on(shards []string) placement { return modulo(shards) }

// rendezvous is highest random weight hashing (Thaler & Ravishankar, 1998): every shard draws a
// weight for the key by hashing both, and the highest wins. A new shard wins 1/(N+1) of the keys and
// changes nothing between the others. There is no table and no virtual node, for N hashes a lookup.
type rendezvous []string

func (r rendezvous) owners(key string) []string {
	best, highest := "", uint64(0)
	for _, shard := range r {
		if weight := hash(shard + "/" + key); best == "" || weight > highest {
			best, highest = shard, weight
		}
	}
	return []string{best}
}

func (rendezvous) on(shards []string) placement { return rendezvous(shards) }

// ring is consistent hashing (Karger et al., STOC 1997): shards and keys are hashed onto a circle,
// and a key is on the first shard clockwise from it. A new shard takes only what lies before its own
// points, 1/(N+1) of the keys, and takes it from all others, since each shard has many points (virtual
// nodes, Dynamo's "tokens"): with one point each, arcs differ by a factor of ln N; with V, the
// fullest shard has about 1 + √(ln N / V) times its share.
type ring struct {
	virtual int     // points a shard
	copies  int     // shards a key
	shards  int     // on the circle
	points  []point // by position
}

// point is where a shard lies on the circle.
type point struct {
	at    uint64
	shard string
}

func (p point) compare(q point) int { return cmp.Compare(p.at, q.at) }

func (r ring) on(shards []string) placement {
	r.shards, r.points = len(shards), nil
	for _, s := range shards {
		for v := range r.virtual {
			r.points = append(r.points, point{hash(fmt.Sprintf("%s#%d", s, v)), s})
		}
	}
	slices.SortFunc(r.points, point.compare)
	return r
}

// owners walks clockwise from the key and takes the first shards that it has not met yet: Dynamo's
// preference list (SOSP 2007, section 4.3).
func (r ring) owners(key string) (owners []string) {
	from, _ := slices.BinarySearchFunc(r.points, point{at: hash(key)}, point.compare)
	for n := 0; len(owners) < min(r.copies, r.shards); n++ {
		shard := r.points[(from+n)%len(r.points)].shard // past the last point comes the first
		if !slices.Contains(owners, shard) {
			owners = append(owners, shard)
		}
	}
	return owners
}

// ranges places keys by their order, as the tablets of Bigtable (F. Chang et al., OSDI 2006) and the
// regions of HBase do: neighbors stay together, so that they can be scanned. A new shard takes the
// upper half of the fullest range, and a shard that leaves gives its range to its neighbor.
type ranges struct {
	keys  []string // known keys in order, from which splits are chosen
	spans []span   // by their start, the first starts at ""
}

// span is a range of keys, up to where the next one starts.
type span struct{ start, shard string }

func (r ranges) owners(key string) []string {
	after := sort.Search(len(r.spans), func(n int) bool { return r.spans[n].start > key })
	return []string{r.spans[after-1].shard}
}

func (r ranges) on(shards []string) placement {
	r.spans = slices.DeleteFunc(slices.Clone(r.spans), func(s span) bool { return !slices.Contains(shards, s.shard) })
	if len(r.spans) == 0 {
		r.spans = []span{{shard: shards[0]}}
	}
	r.spans[0].start = "" // where the first left, its neighbor takes over
	for _, shard := range shards {
		if !slices.ContainsFunc(r.spans, func(s span) bool { return s.shard == shard }) {
			r.split(shard)
		}
	}
	return r
}

// split gives the upper half of the fullest range to another shard.
func (r *ranges) split(shard string) {
	fullest, from, to := 0, 0, 0
	for n, s := range r.spans {
		begin, end := sort.SearchStrings(r.keys, s.start), len(r.keys)
		if n+1 < len(r.spans) {
			end = sort.SearchStrings(r.keys, r.spans[n+1].start)
		}
		if end-begin > to-from {
			fullest, from, to = n, begin, end
		}
	}
	r.spans = slices.Insert(r.spans, fullest+1, span{r.keys[(from+to)/2], shard})
}
