package redislocal

import (
	"github.com/crashlab/crashlab/pkg/redislocal/bits"
	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/geo"
	"github.com/crashlab/crashlab/pkg/redislocal/hash"
	"github.com/crashlab/crashlab/pkg/redislocal/hll"
	"github.com/crashlab/crashlab/pkg/redislocal/keys"
	"github.com/crashlab/crashlab/pkg/redislocal/list"
	"github.com/crashlab/crashlab/pkg/redislocal/pubsub"
	"github.com/crashlab/crashlab/pkg/redislocal/script"
	"github.com/crashlab/crashlab/pkg/redislocal/set"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/stream"
	"github.com/crashlab/crashlab/pkg/redislocal/tx"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

// commands lists the commands of all packages.
func commands() [][]engine.Command {
	return [][]engine.Command{
		conn.Commands(),
		pubsub.Commands(),
		script.Commands(),
		tx.Commands(),
		keys.Commands(loaders()),
		str.Commands(),
		bits.Commands(),
		hll.Commands(),
		list.Commands(),
		set.Commands(),
		zset.Commands(),
		geo.Commands(),
		hash.Commands(),
		stream.Commands(),
	}
}
