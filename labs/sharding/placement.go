package sharding

import (
	"crypto/sha256"
	"encoding/binary"
)

// placement says which shards have a key. It is a value: add and remove return the placement that
// follows from it, so that the two can be compared key by key.
type placement interface {
	// owners returns the shards that have the key, the first of them first: as many as there are
	// copies, or all shards where those are fewer.
	owners(key string) []string
	add(shard string) placement
	remove(shard string) placement
}

// hash spreads strings over 64 bits. It must be the same on every router and for ever: Go's own
// maphash is seeded anew in every process.
func hash(s string) uint64 {
	sum := sha256.Sum256([]byte(s))
	return binary.BigEndian.Uint64(sum[:8])
}

// without returns the shards but for one.
func without(shards []string, shard string) []string {
	var rest []string
	for _, s := range shards {
		if s != shard {
			rest = append(rest, s)
		}
	}
	return rest
}

// with returns the shards and one more, leaving the old slice as it is.
func with(shards []string, shard string) []string { return append(without(shards, shard), shard) }
