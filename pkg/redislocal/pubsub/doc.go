// Package pubsub is Redis's publish and subscribe: channels, patterns, shard channels, and PUBSUB to look at
// them. The engine keeps the subscriptions, since keyspace events are published too.
//
// A server without a cluster takes any shard channel for its own.
package pubsub
