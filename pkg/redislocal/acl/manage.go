package acl

import (
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// maxUsers bounds the memory of users.
const maxUsers = 100_000

// setUser creates or changes a user, by all modifiers or none.
func (a *ACL) setUser(c *engine.Call) error {
	name := strings.Clone(c.Args[2])
	if strings.ContainsAny(name, " \x00") {
		return engine.Error("ERR Usernames can't contain spaces or null characters")
	}
	next := newUser(name)
	if old := a.users[name]; old != nil {
		next = old.clone()
	} else if len(a.users) >= maxUsers {
		return engine.Error(fmt.Sprintf("ERR this server takes %d users", maxUsers))
	}
	words, err := merged(c.Args[3:])
	if err != nil {
		return err
	}
	for _, word := range words {
		if err := next.set(c.Engine, word); err != nil {
			return engine.Error(fmt.Sprintf("ERR Error in ACL SETUSER modifier '%s': %s", word, err))
		}
	}
	a.users[name] = next
	a.silence(c, next)
	c.OK()
	return nil
}

// merged joins the arguments of a selector, which begins with ( and ends with ).
func merged(args []string) ([]string, error) {
	var words []string
	for i := 0; i < len(args); i++ {
		if !strings.HasPrefix(args[i], "(") {
			words = append(words, args[i])
			continue
		}
		from := i
		for !strings.HasSuffix(args[i], ")") {
			if i++; i == len(args) {
				return nil, engine.Error("ERR Unmatched parenthesis in acl selector starting at '" + args[from] + "'.")
			}
		}
		words = append(words, strings.Join(args[from:i+1], " "))
	}
	return words, nil
}

// silence ends the connections of a user's subscribers who may no longer hear what they hear.
func (a *ACL) silence(c *engine.Call, u *user) {
	hears := func(name string, isPattern bool) bool {
		ok := u.root.hears(name, isPattern)
		for i := range u.selectors {
			ok = ok || u.selectors[i].hears(name, isPattern)
		}
		return ok
	}
	for _, one := range c.Engine.Clients() {
		if one.User != u.name {
			continue
		}
		for _, kind := range []engine.Kind{engine.Channels, engine.Patterns, engine.Shards} {
			for _, name := range c.Engine.Subscriptions(one, kind) {
				if !hears(name, kind == engine.Patterns) {
					c.Engine.Disconnect(c.Client, one)
				}
			}
		}
	}
}

func (a *ACL) deleteUsers(c *engine.Call) error {
	for _, name := range c.Args[2:] {
		if name == "default" {
			return engine.Error("ERR The 'default' user cannot be removed")
		}
	}
	n := 0
	for _, name := range c.Args[2:] {
		if a.users[name] == nil {
			continue
		}
		delete(a.users, name)
		n++
		for _, one := range c.Engine.Clients() {
			if one.User == name {
				c.Engine.Disconnect(c.Client, one)
			}
		}
	}
	c.Len(n)
	return nil
}

func (a *ACL) getUser(c *engine.Call) error {
	u := a.users[c.Args[2]]
	if u == nil {
		c.Null()
		return nil
	}
	c.Map(6)
	c.Bulk("flags")
	flags := u.flags()
	c.Set(len(flags))
	for _, flag := range flags {
		c.Bulk(flag)
	}
	c.Bulk("passwords")
	c.Bulks(u.passwords)
	describe(c, &u.root)
	c.Bulk("selectors")
	c.Array(len(u.selectors))
	for i := range u.selectors {
		c.Map(3)
		describe(c, &u.selectors[i])
	}
	return nil
}

func describe(c *engine.Call, s *selector) {
	c.Bulk("commands")
	c.Bulk(s.commandText())
	c.Bulk("keys")
	c.Bulk(s.keyText())
	c.Bulk("channels")
	c.Bulk(s.channelText())
}

func (a *ACL) list(c *engine.Call) error {
	names := a.names()
	c.Array(len(names))
	for _, name := range names {
		c.Bulk(a.users[name].String())
	}
	return nil
}

func (a *ACL) showUsers(c *engine.Call) error {
	c.Bulks(a.names())
	return nil
}

func whoAmI(c *engine.Call) error {
	c.Bulk(c.Client.User)
	return nil
}

func (a *ACL) dryRun(c *engine.Call) error {
	u := a.users[c.Args[2]]
	if u == nil {
		return engine.Error("ERR User '" + c.Args[2] + "' not found")
	}
	if c.Engine.Command(c.Args[3]) == nil {
		return engine.Error("ERR Command '" + c.Args[3] + "' not found")
	}
	cmd, err := c.Engine.Find(c.Args[3:])
	if err != nil {
		return err
	}
	if d := u.decide(cmd, c.Args[3:]); d != nil {
		c.Bulk(d.message(u.name, true))
		return nil
	}
	c.OK()
	return nil
}
