// Package cache is a read-heavy product catalog, Redis over DynamoDB: what happens to a database when many miss at
// once, how a cache comes to hold what was never true, and what is left when the cache is gone.
package cache
