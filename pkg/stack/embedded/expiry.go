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
	// expiryStep is how often keys age where they age all together: Redis's own resolution, and the unit
	// in which a command gives a key its time to live.
	expiryStep = time.Millisecond
	// expiryShare bounds the time spent on aging all keys to 1/expiryShare of one core: a step costs
	// time in proportion to the number of keys, and commands wait for it.
	expiryShare = 20
)

// expiry makes the keys of a miniredis age: by itself it holds their time still, and what it has to make
// them age goes over all keys, which at a thousand keys is slower than a command.
//
// Only a command can see how old a key is. So each key has its deadline here; before a command, the keys
// go whose deadline has come, and the key that it names is told what it has left; after a command that
// may have given its key a time to live, the deadline is set. What that costs does not depend on how many
// keys there are. A server of keys that live forever does nothing for them, and one that nobody asks
// does nothing.
//
// A command gives whole milliseconds, and what is told a key here is never whole: so a SET NX that failed
// is known from one that succeeded.
//
// Commands that give a time to live in other ways, that move it to another key, or that run later than
// they come, are rare. From the first of them on all keys age together, before each command.
type expiry struct {
	server *miniredis.Miniredis
	needed atomic.Bool // a key may have a time to live

	connections sync.Map // *redis.Peer → whether its command is being passed on
	mu          sync.Mutex
	deadlines   deadlines

	scripts sync.Mutex // no other lock is taken under it: a script has the server's
	noted   []scripted

	together bool          // all keys age together
	aged     time.Time     // until when they have
	every    time.Duration // between steps
	cost     time.Duration // of the last step
}

// scripted is a command of a script that bears on times to live.
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

// connection says whether the command of a connection is being passed on, and whether it is not one of
// a connection at all but of a script, which miniredis gives a peer of its own with a context.
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

// note keeps a script's command for when the script is over.
func (e *expiry) note(bears bearing, keys []string) {
	if bears == bearsNot || bears == asks {
		return
	}
	e.scripts.Lock()
	defer e.scripts.Unlock()
	e.noted = append(e.noted, scripted{bears, keys, time.Now()})
	e.needed.Store(true)
}

// before makes the keys as old as they are, as far as the command can tell.
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
		// One that was given a time to live at this very moment is not the one that is due.
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

// catchUp does for the commands of scripts what has to be done after a command.
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

// given sets the deadlines of keys that a command at that instant may have given a time to live.
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

// fresh reports whether a key's time to live is as a command gave it.
func fresh(left time.Duration) bool { return left > 0 && left%expiryStep == 0 }

// tell gives a key the time that it has left, unless it lives forever by now.
func (e *expiry) tell(key string, left time.Duration) {
	if e.server.TTL(key) == 0 {
		return
	}
	if left = max(left, 1); left%expiryStep == 0 {
		left++
	}
	e.server.SetTTL(key, left)
}

// join has all keys age together from then on.
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

// step ages all keys if it is time, by the time since the last step, also a key that was set meanwhile.
// So that this process's own pauses make no key expire early, a command that comes late after a step
// waits for the next one.
func (e *expiry) step(now time.Time) {
	since := now.Sub(e.aged)
	if since < e.every {
		return
	}
	e.server.FastForward(since)
	e.aged = now
	// Of two steps the cheaper: the other may have waited for a processor or for a command.
	last := e.cost
	e.cost = time.Since(now)
	e.every = max(expiryStep, expiryShare*min(e.cost, last))
}

// bearing is what a command has to do with times to live.
type bearing int

const (
	bearsNot  bearing = iota
	asks              // for how long its keys have left
	gives             // its key a time to live in whole milliseconds from now
	givesElse         // a time to live, in another way
	eludes            // moves a time to live to another key, or has commands run later than they come
)

// bearingOf returns a command's bearing, and the keys that it asks about or gives a time to live.
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

// option reports whether a command has an option after its key, in whatever case. A value that reads
// like an option is taken for one, which does no harm.
func option(args []string, name string) bool {
	return slices.ContainsFunc(args[1:], func(arg string) bool { return strings.EqualFold(arg, name) })
}
