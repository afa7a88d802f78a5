package embedded

import (
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
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
type expiry struct {
	server *miniredis.Miniredis
	aged   time.Time // until when keys have aged; owned by the goroutine while there is one
	quit   chan struct{}
	done   sync.WaitGroup
}

func startExpiry(server *miniredis.Miniredis) *expiry {
	e := &expiry{server: server, aged: time.Now()}
	e.resume()
	return e
}

// resume goes on where end stopped; the time between counts.
func (e *expiry) resume() {
	quit := make(chan struct{})
	e.quit = quit
	e.done.Go(func() { e.run(quit) })
}

// end stops ageing and returns when no step is under way. It is idempotent.
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
	var cost time.Duration
	for {
		select {
		case <-quit:
			return
		case <-timer.C:
		}
		now := time.Now()
		e.server.FastForward(now.Sub(e.aged))
		e.aged = now
		// Of two steps the cheaper: the other may have waited for a processor or for a command.
		last := cost
		cost = time.Since(now)
		timer.Reset(max(expiryStep, expiryShare*min(cost, last)))
	}
}
