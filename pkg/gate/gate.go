package gate

import (
	"errors"
	"sync"
)

// Gate lets traffic through while it is open. The zero value is open. Its methods are safe for concurrent
// use.
type Gate struct {
	mu   sync.Mutex
	shut chan struct{} // closed when the gate opens; nil while it is open
}

// Shut holds back traffic from now on. It is idempotent.
func (g *Gate) Shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil {
		g.shut = make(chan struct{})
	}
}

// Open lets all traffic through. It is idempotent.
func (g *Gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut != nil {
		close(g.shut)
		g.shut = nil
	}
}

// IsShut reports whether traffic is held back.
func (g *Gate) IsShut() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut != nil
}

var errGone = errors.New("closed while frozen")

// Wait returns nil once the gate is open, and an error if gone is closed first.
func (g *Gate) Wait(gone <-chan struct{}) error {
	g.mu.Lock()
	shut := g.shut
	g.mu.Unlock()
	if shut == nil {
		return nil
	}
	select {
	case <-shut:
		return nil
	case <-gone:
		return errGone
	}
}
