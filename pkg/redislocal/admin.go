package redislocal

import (
	"github.com/crashlab/crashlab/pkg/redislocal/client"
	"github.com/crashlab/crashlab/pkg/redislocal/config"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/info"
)

// administration lists the commands about the server itself, and what those with a state of their own do to the
// engine before its first client.
func administration() (lists [][]engine.Command, attach []func(*engine.Engine)) {
	clients := client.New()
	return [][]engine.Command{
		clients.Commands(),
		config.Commands(),
		info.Commands(),
	}, []func(*engine.Engine){clients.Attach}
}
