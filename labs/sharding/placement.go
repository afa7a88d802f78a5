package sharding

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
)

// placement says which shards have a key. It is a value, so that two can be compared key by key.
type placement interface {
	owners(key string) []string   // the shards that have the key
	on(shards []string) placement // what follows from this one where those are the shards
}

// names is the seed of a run, which stands before every name: each run has other keys and other shards.
type names uint64

// hash is the same on every router, today and next year: Go's own maphash is seeded anew in every process.
func (n names) hash(s string) uint64 {
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, uint64(n)), s...))
	return binary.BigEndian.Uint64(sum[:])
}

// modulo places a key on shard number hash mod N. With another N nearly every remainder is another.
type modulo struct {
	names
	shards []string
}

func (m modulo) on(shards []string) placement { return modulo{m.names, shards} }
func (m modulo) owners(key string) []string {
	return []string{m.shards[m.hash(key)%uint64(len(m.shards))]}
}

// rendezvous is highest random weight hashing (Thaler & Ravishankar, 1998): a new shard changes nothing between the
// others, without a table.
type rendezvous struct {
	names
	shards []string
}

func (r rendezvous) on(shards []string) placement { return rendezvous{r.names, shards} }
func (r rendezvous) owners(key string) []string {
	weight := func(shard string) uint64 { return r.hash(shard + "/" + key) }
	return []string{slices.MaxFunc(r.shards, func(a, b string) int { return cmp.Compare(weight(a), weight(b)) })}
}

// pointsAShard is how many a shard has on the ring, as in ketama.
const pointsAShard = 160

// ring is consistent hashing (Karger et al., STOC 1997): shards and keys are hashed onto a circle, and a key is on
// the first shard clockwise from it. A new shard takes only what lies before its own points, from all others.
type ring struct {
	names
	virtual, copies int               // points a shard, and shards a key
	points          []uint64          // sorted
	shard           map[uint64]string // at each of them
}

func (r ring) on(shards []string) placement {
	r.points, r.shard = nil, map[uint64]string{}
	for _, s := range shards {
		for v := range r.virtual {
			at := r.hash(fmt.Sprintf("%s#%d", s, v))
			r.points, r.shard[at] = append(r.points, at), s
		}
	}
	slices.Sort(r.points)
	return r
}

// owners takes the first shards that it meets clockwise: Dynamo's preference list (SOSP 2007, section 4.3).
func (r ring) owners(key string) (owners []string) {
	from, _ := slices.BinarySearch(r.points, r.hash(key))
	for n := 0; n < len(r.points) && len(owners) < r.copies; n++ {
		shard := r.shard[r.points[(from+n)%len(r.points)]] // past the last point comes the first
		if !slices.Contains(owners, shard) {
			owners = append(owners, shard)
		}
	}
	return owners
}

// ranges places keys by their order, as the tablets of Bigtable (OSDI 2006): neighbors stay together, so that they
// can be scanned. A new shard takes the upper half of the fullest range.
type ranges struct {
	keys  []string // all, sorted
	spans []span   // in order
}

// span is a shard's range of the keys, up to where the next one begins.
type span struct {
	from  int // in keys
	shard string
}

func (r ranges) owners(key string) []string {
	at, _ := slices.BinarySearch(r.keys, key)
	after, _ := slices.BinarySearchFunc(r.spans, at+1, func(s span, from int) int { return cmp.Compare(s.from, from) })
	return []string{r.spans[after-1].shard}
}

func (r ranges) on(shards []string) placement {
	r.spans = slices.DeleteFunc(slices.Clone(r.spans), func(s span) bool { return !slices.Contains(shards, s.shard) })
	if len(r.spans) == 0 {
		r.spans = []span{{shard: shards[0]}}
	}
	r.spans[0].from = 0 // where the first left, its neighbor takes over
	for _, shard := range shards {
		if !slices.ContainsFunc(r.spans, func(s span) bool { return s.shard == shard }) {
			r.split(shard)
		}
	}
	return r
}

// split gives the upper half of the fullest range to another shard.
func (r *ranges) split(shard string) {
	fullest, most, end := 0, 0, len(r.keys)
	for n, s := range slices.Backward(r.spans) {
		if end-s.from >= most { // of several the first
			fullest, most = n, end-s.from
		}
		end = s.from
	}
	r.spans = slices.Insert(r.spans, fullest+1, span{r.spans[fullest].from + most/2, shard})
}
