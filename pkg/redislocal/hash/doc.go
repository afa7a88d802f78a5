// Package hash is Redis's hashes, with fields that have a time to live: all commands of Redis 8.2. A field past
// its time is gone for every command at once, where Redis counts it in HLEN until its cycle has removed it.
package hash
