package embedded

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alicebob/miniredis/v2"
	redis "github.com/alicebob/miniredis/v2/server"
)

const (
	// expiryStep is how often keys age when they all age together. It is Redis's resolution, and the unit of
	// a command's time to live.
	expiryStep = time.Millisecond
	// expiryShare bounds the time spent on aging all keys to 1/expiryShare of one core. A step takes time in
	// proportion to the number of keys, and commands wait for it.
	expiryShare = 20
)

// expiry makes the keys of a miniredis age. Miniredis itself holds their time still. Its own way to age them
// visits all keys, which at a thousand keys is slower than a command.
//
// A key's age shows only in commands. So expiry holds each key's deadline. Before a command it removes the
// keys whose deadline has come, and tells the server the remaining time of the key that the command names.
// After a command that may have given its key a time to live, it sets the deadline. The cost does not depend
// on the number of keys. A server whose keys live forever pays nothing, and neither does an idle one.
//
// A command gives whole milliseconds, and expiry always tells a fraction of one. That is how it recognizes
// whether a SET NX has succeeded.
//
// Some rare commands give a time to live in other ways, move it to another key, or run later than they
// arrive. From the first of them on all keys age together, before each command.
type expiry struct {
	server *miniredis.Miniredis
	needed atomic.Bool // a key may have a time to live

	connections sync.Map // *redis.Peer → whether its command is being passed on
	mu          sync.Mutex
	deadlines   deadlines

	scripts sync.Mutex // no other lock is taken under it: a script has the server's
	noted   []scripted

	together bool          // all keys age together
	aged     time.Time     // time of the last step
	every    time.Duration // between steps
	cost     time.Duration // duration of the last step
}

// scripted is a command of a script that involves times to live.
type scripted struct {
	bearing bearing
	keys    []string
	at      time.Time
}

func startExpiry(server *miniredis.Miniredis) {
	e := &expiry{server: server}
	server.Server().SetPreHook(func(c *redis.Peer, command string, args ...string) bool {
		return e.command(c, command, args)
	})
}

// command is called with each command, in upper case, and reports whether it has carried it out.
func (e *expiry) command(c *redis.Peer, command string, args []string) bool {
	passed, ofScript := e.connection(c)
	bears, keys := bearingOf(command, args)
	switch {
	case passed || bears == bearsNot && !e.needed.Load():
		return false
	case ofScript:
		e.note(bears, keys)
		return false
	}
	e.before(bears, keys)
	if bears != gives {
		return false
	}
	e.connections.Store(c, true)
	e.server.Server().Dispatch(c, append([]string{command}, args...))
	e.connections.Store(c, false)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.given(keys, time.Now())
	return true
}

// connection reports whether the command of a connection is being passed on, and whether it belongs to a
// script: for a script, miniredis makes a peer of its own with a context.
func (e *expiry) connection(c *redis.Peer) (passed, ofScript bool) {
	state, known := e.connections.Load(c)
	switch {
	case known:
		return state == true, false
	case c.Ctx != nil:
		return false, true
	}
	e.connections.Store(c, false)
	c.OnDisconnect(func() { e.connections.Delete(c) })
	return false, false
}

// note keeps a script's command until the script is over.
func (e *expiry) note(bears bearing, keys []string) {
	if bears == bearsNot || bears == asks {
		return
	}
	e.scripts.Lock()
	defer e.scripts.Unlock()
	e.noted = append(e.noted, scripted{bears, keys, time.Now()})
	e.needed.Store(true)
}

// before applies the time that has passed to the keys, as far as the command can see it.
func (e *expiry) before(bears bearing, keys []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	e.catchUp()
	if bears == eludes || bears == givesElse {
		e.join(now)
	}
	if bears == gives || bears == givesElse {
		if !e.needed.Load() {
			e.aged = now // no key had a time to live before
		}
		e.needed.Store(true)
	}
	if e.together {
		if e.needed.Load() {
			e.step(now)
		}
		return
	}
	for key := range e.deadlines.until(now) {
		// A key that was given a time to live at this very moment is not due.
		if left := e.server.TTL(key); left > 0 && !fresh(left) {
			e.server.Del(key)
		}
	}
	for _, key := range keys {
		if at, ok := e.deadlines.at[key]; ok {
			e.tell(key, at.Sub(now))
		}
	}
}

// catchUp does for the commands of scripts what after does for a single command.
func (e *expiry) catchUp() {
	e.scripts.Lock()
	noted := e.noted
	e.noted = nil
	e.scripts.Unlock()
	for _, n := range noted {
		if n.bearing == gives {
			e.given(n.keys, n.at)
		} else {
			e.join(n.at)
		}
	}
}

// given sets the deadlines of keys that a command at that time may have given a time to live.
func (e *expiry) given(keys []string, at time.Time) {
	if e.together {
		return
	}
	for _, key := range keys {
		if left := e.server.TTL(key); fresh(left) {
			e.deadlines.set(key, at.Add(left))
			e.tell(key, left)
		}
	}
}

// fresh reports whether a key's time to live is still exactly what a command gave it.
func fresh(left time.Duration) bool { return left > 0 && left%expiryStep == 0 }

// tell sets a key's remaining time, unless it now lives forever.
func (e *expiry) tell(key string, left time.Duration) {
	if e.server.TTL(key) == 0 {
		return
	}
	if left = max(left, 1); left%expiryStep == 0 {
		left++
	}
	e.server.SetTTL(key, left)
}

// join makes all keys age together from then on.
func (e *expiry) join(then time.Time) {
	if e.together {
		return
	}
	e.together, e.aged = true, then
	for key, at := range e.deadlines.at {
		e.tell(key, at.Sub(then))
	}
	e.deadlines = deadlines{}
}

// step ages all keys, if it is time, by the time since the last step. That includes a key that was set
// meanwhile. A command that comes late after a step waits for the next one, so that pauses of this process
// make no key expire early.
func (e *expiry) step(now time.Time) {
	since := now.Sub(e.aged)
	if since < e.every {
		return
	}
	e.server.FastForward(since)
	e.aged = now
	// The cheaper of two steps: the other may have waited for a processor or for a command.
	last := e.cost
	e.cost = time.Since(now)
	e.every = max(expiryStep, expiryShare*min(e.cost, last))
}

// bearing is how a command involves times to live.
type bearing int

const (
	bearsNot  bearing = iota
	asks              // how long its keys have left
	gives             // its key a time to live in whole milliseconds from now
	givesElse         // a time to live in another way
	eludes            // moves a time to live to another key, or has commands run later than they arrive
)

// bearingOf returns a command's bearing, and the keys whose time to live it asks for or sets.
func bearingOf(command string, args []string) (bearing, []string) {
	switch command {
	case "MULTI", "WATCH", "RENAME", "RENAMENX", "COPY", "MOVE", "SWAPDB":
		return eludes, nil
	case "SELECT":
		if len(args) == 1 && args[0] == "0" {
			return bearsNot, nil
		}
		return eludes, nil
	case "RESTORE":
		return givesElse, nil
	case "EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO":
		if len(args) > 2 {
			if n, err := strconv.Atoi(args[1]); err == nil && n > 0 && n <= len(args)-2 {
				return asks, args[2 : 2+n]
			}
		}
		return asks, nil
	}
	if len(args) == 0 {
		return bearsNot, nil
	}
	switch key := args[:1]; {
	case command == "SET" || command == "GETEX":
		if option(args, "EXAT") || option(args, "PXAT") {
			return givesElse, nil
		}
		if option(args, "EX") || option(args, "PX") {
			return gives, key
		}
	case command == "SETEX" || command == "PSETEX" || command == "EXPIRE" || command == "PEXPIRE":
		return gives, key
	case command == "TTL" || command == "PTTL" || command == "EXPIRETIME" || command == "PEXPIRETIME":
		return asks, key
	case strings.HasSuffix(command, "EX") || strings.Contains(command, "EXPIRE"):
		return givesElse, nil
	}
	return bearsNot, nil
}

// option reports whether a command has an option after its key, in upper or lower case. A value that reads
// like an option is taken for one, which does no harm.
func option(args []string, name string) bool {
	return slices.ContainsFunc(args[1:], func(arg string) bool { return strings.EqualFold(arg, name) })
}
