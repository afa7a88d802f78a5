package sharding

import (
	"fmt"
	"slices"

	"github.com/crashlab/crashlab/pkg/lab"
)

// allKeys are the workload's keys, sorted.
var allKeys = func() []string {
	keys := make([]string, 1000)
	for n := range keys {
		keys[n] = fmt.Sprintf("k%d", n)
	}
	slices.Sort(keys)
	return keys
}()

// virtualNodes is how many points a shard has on the ring, as in ketama.
const virtualNodes = 160

// The designs differ in their placement, which begins without shards.
var designs = []lab.Design{
	// What everyone writes first: perfectly even, and four keys in five move when a fifth shard joins.
	{Name: "modulo", Summary: "shard number hash mod N", Broken: true, Build: build("modulo", modulo{})},
	// As Dynamo, Cassandra and memcached clients have it. Hashing spreads keys, not the load of one.
	{Name: "ring", Summary: "consistent hashing, 160 virtual nodes a shard", Build: build("ring", ring{virtual: virtualNodes, copies: 1})},
	// The ring's guarantees without a table and virtual nodes, for a hash a shard at each lookup.
	{Name: "rendezvous", Summary: "the shard with the highest hash of shard and key", Build: build("rendezvous", rendezvous{})},
	// It splits one range and leaves the others as full as they were: scans in order of the key cost rebalancing.
	{Name: "range", Summary: "neighboring keys together; the fullest range is split", Build: build("range", ranges{keys: allKeys})},
	// Gets ask any copy and puts write all: a key on its way is read elsewhere, a hot one in three places. That
	// costs three times the memory and the writes, and one dead shard stops the puts of every key that it has.
	{Name: "ring-replicas", Summary: "ring; a key on 3 shards, read from any", Build: build("ring-replicas", ring{virtual: virtualNodes, copies: 3})},
}
