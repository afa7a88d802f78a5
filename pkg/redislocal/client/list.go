package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func id(c *engine.Call) error {
	c.Int(c.Client.ID)
	return nil
}

func (s *Clients) info(c *engine.Call) error {
	c.Verbatim("txt", Describe(c.Engine, c.Client)+"\n")
	return nil
}

// list describes all connections, or those of a type or with IDs.
func (s *Clients) list(c *engine.Call) error {
	chosen := open(c.Engine)
	if o := c.Options(2); o.More() {
		switch word := o.Word(); {
		case word == "TYPE" && o.Left() == 1:
			kind, _ := o.Next()
			fits, err := ofType(kind)
			if err != nil {
				return err
			}
			chosen = slices.DeleteFunc(chosen, func(one *engine.Client) bool { return !fits(one) })
		case word == "ID" && o.Left() > 0:
			chosen = nil
			for o.More() {
				n, err := o.Int()
				if err != nil {
					return engine.Error("ERR Invalid client ID")
				}
				if one := c.Engine.Clients()[n]; one != nil && !one.Killed() {
					chosen = append(chosen, one)
				}
			}
		default:
			return engine.ErrSyntax
		}
	}
	var b strings.Builder
	for _, one := range chosen {
		b.WriteString(Describe(c.Engine, one))
		b.WriteByte('\n')
	}
	c.Verbatim("txt", b.String())
	return nil
}

// open returns the connections that have not been ended, in the order in which they came.
func open(e *engine.Engine) []*engine.Client {
	all := make([]*engine.Client, 0, len(e.Clients()))
	for _, one := range e.Clients() {
		if !one.Killed() {
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b *engine.Client) int { return int(a.ID - b.ID) })
	return all
}

// ofType reads a type of connections. A server without replication has normal ones and subscribers.
func ofType(name string) (func(*engine.Client) bool, error) {
	switch strings.ToLower(name) {
	case "normal":
		return func(c *engine.Client) bool { return !subscribes(c) }, nil
	case "pubsub":
		return subscribes, nil
	case "master", "replica", "slave":
		return func(*engine.Client) bool { return false }, nil
	}
	return nil, engine.Error("ERR Unknown client type '" + name + "'")
}

func subscribes(c *engine.Client) bool {
	channels, patterns, shards := c.Subscriptions()
	return channels+patterns+shards > 0
}

// Describe is a connection's line in CLIENT LIST.
func Describe(e *engine.Engine, c *engine.Client) string {
	channels, patterns, shards := c.Subscriptions()
	redirect, version, pending := int64(-1), 2, c.Pending()
	if t := trackingOf(c); t != nil {
		redirect = t.redirect
	}
	if c.Three {
		version = 3
	}
	last := strings.ReplaceAll(c.LastCmd, " ", "")
	if last == "" {
		last = "NULL"
	}
	return fmt.Sprintf("id=%d addr=%s laddr=%s fd=%d name=%s age=%d idle=%d flags=%s db=%d sub=%d psub=%d ssub=%d "+
		"multi=%d watch=%d qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=%d tot-mem=%d "+
		"events=r cmd=%s user=%s redir=%d resp=%d lib-name=%s lib-ver=%s io-thread=0 tot-net-in=0 tot-net-out=0 "+
		"tot-cmds=%d",
		c.ID, c.Addr, c.Local, c.ID, c.Name, int64(e.Now().Sub(c.Created).Seconds()),
		int64(e.Now().Sub(c.Last).Seconds()), flags(c), c.DB, channels, patterns, shards, c.Queued(), c.Watching(),
		pending, pending, last, c.User, redirect, version, c.LibName, c.LibVersion, c.Commands)
}

// flags are the letters that CLIENT LIST has for a connection's state.
func flags(c *engine.Client) string {
	t := trackingOf(c)
	var b strings.Builder
	for _, flag := range []struct {
		letter byte
		on     bool
	}{
		{'O', c.Monitors}, {'P', subscribes(c)}, {'x', c.InMulti()}, {'b', c.Blocked()}, {'t', t != nil},
		{'R', t != nil && t.broken}, {'B', t != nil && t.broadcast}, {'d', c.Failing()}, {'c', c.Closing()},
		{'e', c.NoEvict}, {'T', c.NoTouch},
	} {
		if flag.on {
			b.WriteByte(flag.letter)
		}
	}
	if b.Len() == 0 {
		return "N"
	}
	return b.String()
}
