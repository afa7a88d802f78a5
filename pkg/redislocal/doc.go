// Package redislocal is a Redis in this process, on loopback: the commands of a single server without modules,
// for any client, in RESP2 and RESP3.
//
//	local, err := redislocal.Start(redislocal.Config{})
//	defer local.Close()
//	client := redis.NewClient(&redis.Options{Addr: local.Addr()})
//
// Package resp reads requests and writes replies, package engine runs commands one at a time under an injected
// clock, and each data type has a package with its value and its commands; commands.go lists them.
//
// It keeps everything in memory. It has no persistence, no replication, no cluster and no TLS.
package redislocal
