package acl

import (
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Access is what a command does with a key's value. One that only asks whether the key is there does neither.
type Access int

// The kinds of access.
const (
	Reads Access = 1 << iota
	Writes
)

// Commands whose access does not follow from their being for reading or writing.
var (
	asksOnly = []string{"exists", "hexists", "hlen", "hstrlen", "llen", "memory|usage", "object|encoding",
		"object|freq", "object|idletime", "object|refcount", "scard", "sismember", "strlen", "touch", "type", "watch",
		"xlen", "zcard"}
	readsAndWrites = []string{"bitfield", "blmpop", "blpop", "brpop", "bzmpop", "bzpopmax", "bzpopmin", "decr",
		"decrby", "getdel", "getex", "getset", "hgetdel", "hgetex", "hincrby", "hincrbyfloat", "incr", "incrby",
		"incrbyfloat", "lmpop", "lpop", "move", "rpop", "set", "setbit", "spop", "zincrby", "zmpop", "zpopmax", "zpopmin",
		"eval", "evalsha", "fcall"}
	// stores writes the first key and reads the others.
	stores = []string{"bitop", "geosearchstore", "pfmerge", "sdiffstore", "sinterstore", "sunionstore", "zdiffstore",
		"zinterstore", "zrangestore", "zunionstore"}
	// moves takes from the first key and writes to the second.
	moves = []string{"blmove", "brpoplpush", "lmove", "rename", "renamenx", "rpoplpush", "smove"}
	// reads reads the first key, and writes to any other.
	reads = []string{"copy", "georadius", "georadiusbymember", "sort", "xreadgroup"}
)

// AccessOf is what a command does with the n-th of its keys. SET reads only if it has GET; without arguments, it may.
func AccessOf(cmd *engine.Command, args []string, n int) Access {
	name := cmd.Full()
	switch {
	case name == "set" && len(args) >= 3:
		get := slices.ContainsFunc(args[3:], func(arg string) bool { return strings.EqualFold(arg, "get") })
		return chosen(get, Reads|Writes, Writes)
	case slices.Contains(asksOnly, name):
		return 0
	case slices.Contains(readsAndWrites, name), n == 0 && name == "pfmerge":
		return Reads | Writes
	case slices.Contains(stores, name):
		return chosen(n == 0, Writes, Reads)
	case slices.Contains(moves, name):
		return chosen(n == 0, Reads|Writes, Writes)
	case slices.Contains(reads, name):
		return chosen(n == 0 || name == "xreadgroup", Reads, Writes)
	case cmd.Flags&engine.Write != 0:
		return Writes
	}
	return Reads
}

func chosen(first bool, a, b Access) Access {
	if first {
		return a
	}
	return b
}
