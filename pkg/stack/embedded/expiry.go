package embedded

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alicebob/miniredis/v2"
	redis "github.com/alicebob/miniredis/v2/server"
)

const (
	// expiryStep is how often keys age: Redis's own resolution.
	expiryStep = time.Millisecond
	// expiryShare bounds the time spent on ageing to 1/expiryShare of one core: a step costs
	// time in proportion to the number of keys, and commands wait for it.
	expiryShare = 20
)

// expiry makes the keys of a miniredis age: by itself it holds their time still. (Its own
// ClockTTL ages every key on every command, which at a thousand keys is slower than the command.)
//
// Only a command can see how old a key is, so keys age before a command, and not at all until one
// has given a key a time to live: a server of keys that live forever does nothing for them, and one
// that nobody asks does nothing.
//
// They age by the time since the last step, also a key that was set meanwhile. So that this process's
// own pauses make no key expire early, a command that comes late after a step waits for the next one.
type expiry struct {
	server *miniredis.Miniredis
	needed atomic.Bool // a key may have a time to live

	mu    sync.Mutex
	aged  time.Time     // until when keys have aged
	every time.Duration // between steps
	cost  time.Duration // of the last step
}

func startExpiry(server *miniredis.Miniredis) {
	e := &expiry{server: server}
	server.Server().SetPreHook(func(_ *redis.Peer, command string, args ...string) bool {
		e.beforeCommand(command, args)
		return false
	})
}

// beforeCommand takes the step that may be overdue. The commands of a script come here as well, while
// the script holds the server's lock, which a step would wait for; whoever else holds it came here first.
func (e *expiry) beforeCommand(command string, args []string) {
	if !e.needed.Load() {
		if !givesTimeToLive(command, args) {
			return
		}
		e.begin()
	}
	if e.server.TryLock() {
		e.server.Unlock()
		e.step()
	}
}

// givesTimeToLive reports whether a command, in upper case, may give a key a time to live.
func givesTimeToLive(command string, args []string) bool {
	switch command {
	case "SET":
		return len(args) > 2 // EX, PX, EXAT or PXAT
	case "RESTORE":
		return true
	default:
		return strings.HasSuffix(command, "EX") || strings.Contains(command, "EXPIRE")
	}
}

// begin counts from now: no key had a time to live before.
func (e *expiry) begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.needed.Load() {
		e.aged = time.Now()
		e.needed.Store(true)
	}
}

// step ages the keys if it is time.
func (e *expiry) step() {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
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
