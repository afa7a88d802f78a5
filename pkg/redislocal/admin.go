package redislocal

import (
	"github.com/crashlab/crashlab/pkg/redislocal/acl"
	"github.com/crashlab/crashlab/pkg/redislocal/admin"
	"github.com/crashlab/crashlab/pkg/redislocal/client"
	"github.com/crashlab/crashlab/pkg/redislocal/command"
	"github.com/crashlab/crashlab/pkg/redislocal/config"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/info"
	"github.com/crashlab/crashlab/pkg/redislocal/observe"
)

// administration lists the commands about the server itself, and what those with a state of their own do to the
// engine before its first client.
func administration() (lists [][]engine.Command, attach []func(*engine.Engine)) {
	clients, users, observer := client.New(), acl.New(), observe.New()
	return [][]engine.Command{
		users.Commands(),
		admin.Commands(),
		clients.Commands(),
		command.Commands(),
		config.Commands(),
		info.Commands(),
		observer.Commands(),
	}, []func(*engine.Engine){users.Attach, clients.Attach, observer.Attach}
}
