// Package stream is Redis's streams with consumer groups: all commands of Redis 8.2. Entries lie in a B-tree by
// their IDs, and so do the pending ones of a group and of a consumer. An entry knows to which node it would belong
// in Redis, because trimming with ~ removes whole nodes. The numbers of nodes in XINFO STREAM are estimates.
package stream
