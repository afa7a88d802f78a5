// Package sharding is a key-value tier on shards that gains and loses one: how keys are mapped to shards decides
// how many have to move and can't be read meanwhile, and no mapping helps against one key that everybody asks for.
package sharding
