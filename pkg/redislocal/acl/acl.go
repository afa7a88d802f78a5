package acl

import (
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// ACL is the users of a server, and the log of what was refused them.
type ACL struct {
	e     *engine.Engine
	users map[string]*user
	log   log
}

// New returns the users of a new server: the default one, who may do everything without a password.
func New() *ACL { return &ACL{users: map[string]*user{"default": defaultUser()}} }

// Attach makes an engine ask for passwords and permissions.
func (a *ACL) Attach(e *engine.Engine) {
	a.e = e
	e.CheckUser, e.HasUser, e.Authorize, e.Guarded = a.check, a.has, a.authorize, a.guarded
	e.ReadsAll = a.readsAll
	e.Config.OnSet(func(name, value string) {
		if name != "requirepass" {
			return
		}
		u := a.users["default"].clone()
		u.passwords, u.noPass = nil, value == ""
		if value != "" {
			u.addPassword(hash(value))
		}
		a.users["default"] = u
	})
}

func (a *ACL) has(name string) bool { return a.users[name] != nil }

// guarded reports whether a new client must authenticate.
func (a *ACL) guarded() bool {
	u := a.users["default"]
	return !u.on || !u.noPass
}

func (a *ACL) check(c *engine.Client, name, password string) bool {
	u := a.users[name]
	if u != nil && u.accepts(password) {
		return true
	}
	a.record(c, "auth", "toplevel", "AUTH", name)
	return false
}

func (a *ACL) authorize(c *engine.Call, cmd *engine.Command) error {
	if c.Client == nil {
		return nil
	}
	u := a.users[c.Client.User]
	if u == nil {
		return engine.Error("NOPERM the user of this connection has been deleted")
	}
	d := u.decide(cmd, c.Args)
	if d == nil {
		return nil
	}
	context, words := "toplevel", "NOPERM "+d.message(u.name, false)
	switch {
	case c.Place() == engine.FromScript:
		context, words = "lua", "ERR ACL failure in script: "+d.message(u.name, false)
	case c.Place() == engine.FromExec:
		context, words = "multi", "NOPERM ACLs rules changed between the moment the transaction was accumulated and the "+
			"EXEC call. This command is no longer allowed for the following reason: "+d.late()
	case c.Client.InMulti():
		context = "multi"
	}
	a.record(c.Client, d.reason, context, d.object, u.name)
	return engine.Error(words)
}

// readsAll reports whether a user may read any key with a command.
func (a *ACL) readsAll(c *engine.Call, cmd *engine.Command) bool {
	u := a.users[c.Client.User]
	return u != nil && (u.root.readsAll(cmd, c.Args) || slices.ContainsFunc(u.selectors, func(s selector) bool {
		return s.readsAll(cmd, c.Args)
	}))
}

func (a *ACL) names() []string { return slices.Sorted(maps.Keys(a.users)) }
