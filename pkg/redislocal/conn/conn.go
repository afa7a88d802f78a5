package conn

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Version is the Redis whose answers this server gives.
const Version = "8.2.1"

// Commands are the commands about a connection.
func Commands() []engine.Command {
	const open = engine.NoScript | engine.NoAuth | engine.AllowBusy | engine.Fast | engine.Unpaused
	return []engine.Command{
		{Name: "ping", Group: "connection", Arity: -1, Flags: engine.Fast | engine.InPubSub, Run: ping},
		{Name: "echo", Group: "connection", Arity: 2, Flags: engine.Fast, Run: echo},
		{Name: "select", Group: "connection", Arity: 2, Flags: engine.Fast, Run: selectDB},
		{Name: "hello", Group: "connection", Arity: -1, Flags: open | engine.NoMulti, Run: hello},
		{Name: "auth", Group: "connection", Arity: -2, Flags: open, Run: auth},
		{Name: "quit", Group: "connection", Arity: -1, Flags: open | engine.InPubSub | engine.Unqueued, Run: quit},
		{Name: "reset", Group: "connection", Arity: 1, Flags: open | engine.InPubSub | engine.Unqueued, Run: reset},
	}
}

func ping(c *engine.Call) error {
	if len(c.Args) > 2 {
		return c.ErrArity()
	}
	channels, patterns, shards := c.Client.Subscriptions()
	switch {
	case !c.Client.Three && channels+patterns+shards > 0:
		c.Array(2)
		c.Bulk("pong")
		c.Bulk(strings.Join(c.Args[1:], ""))
	case len(c.Args) == 2:
		c.Bulk(c.Args[1])
	default:
		c.Simple("PONG")
	}
	return nil
}

func echo(c *engine.Call) error {
	c.Bulk(c.Args[1])
	return nil
}

func selectDB(c *engine.Call) error {
	i, err := c.ArgInt(1)
	if err != nil {
		return engine.Error("ERR invalid DB index")
	}
	if i < 0 || i >= engine.Databases {
		return engine.Error("ERR DB index is out of range")
	}
	c.Client.DB = int(i)
	c.OK()
	return nil
}

func hello(c *engine.Call) error {
	o := c.Options(1)
	three := c.Client.Three
	if o.More() {
		version, err := o.Int()
		if err != nil {
			return engine.Error("ERR Protocol version is not an integer or out of range")
		}
		if version != 2 && version != 3 {
			return engine.Error("NOPROTO unsupported protocol version")
		}
		three = version == 3
	}
	name := c.Client.Name
	for o.More() {
		switch word := o.Word(); {
		case word == "AUTH" && o.Left() >= 2:
			user, _ := o.Next()
			password, _ := o.Next()
			if err := c.Engine.Authenticate(c.Client, user, password); err != nil {
				return err
			}
		case word == "SETNAME" && o.Left() >= 1:
			name, _ = o.Next()
			if !engine.ValidName(name) {
				return engine.ErrClientName
			}
		default:
			return engine.Error("ERR Syntax error in HELLO option '" + strings.ToLower(word) + "'")
		}
	}
	if !c.Client.Authenticated {
		return engine.Error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO " +
			"<proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol " +
			"version at the same time")
	}
	c.Client.Name, c.Client.Three, c.Three = strings.Clone(name), three, three
	c.Map(7)
	for _, pair := range [][2]string{{"server", "redis"}, {"version", Version}} {
		c.Bulk(pair[0])
		c.Bulk(pair[1])
	}
	c.Bulk("proto")
	c.Int(map[bool]int64{false: 2, true: 3}[three])
	c.Bulk("id")
	c.Int(c.Client.ID)
	for _, pair := range [][2]string{{"mode", "standalone"}, {"role", "master"}} {
		c.Bulk(pair[0])
		c.Bulk(pair[1])
	}
	c.Bulk("modules")
	c.Array(0)
	return nil
}

func auth(c *engine.Call) error {
	user, password := "default", c.Args[len(c.Args)-1]
	switch {
	case len(c.Args) > 3:
		return engine.ErrSyntax
	case len(c.Args) == 3:
		user = c.Args[1]
	case !c.Engine.Protected():
		return engine.Error("ERR AUTH <password> called without any password configured for the default user. " +
			"Are you sure your configuration is correct?")
	}
	if err := c.Engine.Authenticate(c.Client, user, password); err != nil {
		return err
	}
	c.OK()
	return nil
}

func quit(c *engine.Call) error {
	c.Client.CloseAfterReply()
	c.OK()
	return nil
}

func reset(c *engine.Call) error {
	c.Engine.Reset(c.Client)
	c.Three = false
	c.Simple("RESET")
	return nil
}
