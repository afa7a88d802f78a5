package embedded

import (
	"sync"
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
// They age by the time since the last step, also a key that was set meanwhile. So that this process's
// own pauses make no key expire early, a command that comes late after a step waits for the next one.
type expiry struct {
	server *miniredis.Miniredis

	mu    sync.Mutex
	aged  time.Time     // until when keys have aged
	every time.Duration // between steps
	cost  time.Duration // of the last step

	quit chan struct{}
	done sync.WaitGroup
}

func startExpiry(server *miniredis.Miniredis) *expiry {
	e := &expiry{server: server, aged: time.Now()}
	server.Server().SetPreHook(func(*redis.Peer, string, ...string) bool { e.beforeCommand(); return false })
	e.resume()
	return e
}

// resume goes on where end stopped; the time between counts.
func (e *expiry) resume() {
	quit := make(chan struct{})
	e.quit = quit
	e.done.Go(func() { e.run(quit) })
}

// end stops ageing, but for the steps that commands take, and returns when it is not in one. It is
// idempotent.
func (e *expiry) end() {
	if e.quit != nil {
		close(e.quit)
		e.quit = nil
	}
	e.done.Wait()
}

func (e *expiry) run(quit <-chan struct{}) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-quit:
			return
		case <-timer.C:
		}
		timer.Reset(e.step())
	}
}

// beforeCommand takes the step that may be overdue. The commands of a script come here as well, while
// the script holds the server's lock, which a step would wait for; whoever else holds it came here first.
func (e *expiry) beforeCommand() {
	if e.server.TryLock() {
		e.server.Unlock()
		e.step()
	}
}

// step ages the keys if it is time, and returns when it will be again.
func (e *expiry) step() time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	since := now.Sub(e.aged)
	if since < e.every {
		return e.every - since
	}
	e.server.FastForward(since)
	e.aged = now
	// Of two steps the cheaper: the other may have waited for a processor or for a command.
	last := e.cost
	e.cost = time.Since(now)
	e.every = max(expiryStep, expiryShare*min(e.cost, last))
	return e.every
}
