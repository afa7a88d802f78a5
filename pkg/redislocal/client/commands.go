package client

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Clients is the part of a server that CLIENT works with.
type Clients struct{ tracker *tracker }

// New returns one for a server.
func New() *Clients { return &Clients{newTracker()} }

// Attach makes an engine tell of changes to keys.
func (s *Clients) Attach(e *engine.Engine) { s.tracker.attach(e) }

// Commands is CLIENT.
func (s *Clients) Commands() []engine.Command {
	const (
		own   = engine.NoScript | engine.Unpaused
		admin = own | engine.Admin
	)
	return []engine.Command{{Name: "client", Group: "connection", Arity: -2, Flags: own, Subs: []engine.Command{
		{Name: "id", Arity: 2, Flags: own | engine.Fast, Run: id},
		{Name: "info", Arity: 2, Flags: own, Run: s.info},
		{Name: "list", Arity: -2, Flags: admin, Run: s.list},
		{Name: "getname", Arity: 2, Flags: own | engine.Fast, Run: getName},
		{Name: "setname", Arity: 3, Flags: own | engine.Fast, Run: setName},
		{Name: "setinfo", Arity: 4, Flags: own | engine.Fast, Run: setInfo},
		{Name: "kill", Arity: -3, Flags: admin, Run: kill},
		{Name: "pause", Arity: -3, Flags: admin, Run: pause},
		{Name: "unpause", Arity: 2, Flags: admin, Run: unpause},
		{Name: "unblock", Arity: -3, Flags: admin, Run: unblock},
		{Name: "reply", Arity: 3, Flags: own, Run: reply},
		{Name: "no-evict", Arity: 3, Flags: admin, Run: noEvict},
		{Name: "no-touch", Arity: 3, Flags: own, Run: noTouch},
		{Name: "tracking", Arity: -3, Flags: own, Run: s.tracking},
		{Name: "trackinginfo", Arity: 2, Flags: own, Run: trackingInfo},
		{Name: "caching", Arity: 3, Flags: own, Run: caching},
		{Name: "getredir", Arity: 2, Flags: own, Run: getRedirect},
		engine.Help("CLIENT",
			"CACHING (YES|NO)", "Let the next command's keys be tracked, or not, under OPTIN or OPTOUT.",
			"GETNAME", "Return the connection's name.",
			"GETREDIR", "Return the client that gets the invalidation messages.",
			"ID", "Return the connection's ID.",
			"INFO", "Return what is known about the connection.",
			"KILL <ip:port>", "End the connection.",
			"KILL <option> <value> [<option> <value> ...]",
			"End the connections that fit all of ADDR, LADDR, TYPE, USER, ID, MAXAGE and SKIPME (default yes).",
			"LIST [TYPE <type>] [ID <id> ...]", "Return what is known about the connections.",
			"NO-EVICT (ON|OFF)", "Protect the connection from eviction.",
			"NO-TOUCH (ON|OFF)", "Leave the access times of keys as they are.",
			"PAUSE <timeout> [WRITE|ALL]", "Hold up commands for a time in milliseconds.",
			"REPLY (ON|OFF|SKIP)", "Control the replies to the connection.",
			"SETINFO <LIB-NAME|LIB-VER> <value>", "Tell the server of the client's library.",
			"SETNAME <name>", "Name the connection.",
			"TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> ...] [OPTIN] [OPTOUT] [NOLOOP]",
			"Be told when keys that were read change.",
			"TRACKINGINFO", "Return the state of tracking.",
			"UNBLOCK <client-id> [TIMEOUT|ERROR]", "End another connection's wait.",
			"UNPAUSE", "End the pause."),
	}}}
}
