// Package sharding is a key-value tier on shards that gains and loses one: which keys have to move
// is decided by how keys are mapped to shards, what cannot be read meanwhile by how many move, and
// none of it helps against one key that everybody asks for.
package sharding
