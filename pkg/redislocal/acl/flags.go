package acl

import (
	"slices"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// What commands that write do to a key's value, unless they update it.
var (
	inserts = []string{"append", "hsetnx", "linsert", "lpush", "lpushx", "msetnx", "pfadd", "pfmerge", "rpush", "rpushx",
		"sadd", "setnx", "xgroup|create", "xgroup|createconsumer"}
	deletes = []string{"blmpop", "blpop", "brpop", "bzmpop", "bzpopmax", "bzpopmin", "del", "getdel", "hdel", "hgetdel",
		"lmpop", "lpop", "lrem", "ltrim", "rpop", "spop", "srem", "unlink", "xautoclaim", "xdel", "xgroup|delconsumer",
		"xgroup|destroy", "xtrim", "zmpop", "zpopmax", "zpopmin", "zrem", "zremrangebylex", "zremrangebyrank",
		"zremrangebyscore"}
	// removes takes away the key whatever it holds.
	removes = []string{"del", "unlink"}
	// overwrites replaces the value of a key that it does not read.
	overwrites = []string{"bitop", "copy", "georadius", "georadiusbymember", "geosearchstore", "mset", "msetnx", "psetex",
		"rename", "renamenx", "restore", "sdiffstore", "set", "setex", "setnx", "sinterstore", "sort", "sunionstore",
		"zdiffstore", "zinterstore", "zrangestore", "zunionstore"}
)

// KeyFlags are Redis's words for what a command does with the n-th of its keys.
func KeyFlags(cmd *engine.Command, args []string, n int) []string {
	access, name := AccessOf(cmd, args, n), cmd.Full()
	kind, effect := "RW", "update"
	switch {
	case access == 0:
		return []string{"RO"}
	case access == Reads:
		return []string{"RO", "access"}
	case slices.Contains(removes, name):
		kind = "RM"
	case access == Writes && slices.Contains(overwrites, name):
		kind = "OW"
	}
	moved := slices.Contains(moves, name)
	switch {
	case moved && n > 0 && name != "rename", slices.Contains(inserts, name):
		effect = "insert"
	case moved && n == 0, slices.Contains(deletes, name):
		effect = "delete"
	}
	if access&Reads != 0 {
		return []string{kind, "access", effect}
	}
	return []string{kind, effect}
}
