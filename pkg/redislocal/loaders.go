package redislocal

import (
	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/hash"
	"github.com/crashlab/crashlab/pkg/redislocal/list"
	"github.com/crashlab/crashlab/pkg/redislocal/set"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/stream"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

// loaders lists how RESTORE reads each type.
func loaders() map[string]dump.Loader {
	return map[string]dump.Loader{
		"string": str.Load,
		"list":   list.Load,
		"set":    set.Load,
		"zset":   zset.Load,
		"hash":   hash.Load,
		"stream": stream.Load,
	}
}
