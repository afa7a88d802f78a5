package link

import (
	"sync/atomic"
	"time"
)

// flow is one direction of a connection: direct, or through a pipe.
//
// The change between the two takes no lock on the direct path. Calls on the socket are counted. A pipe is
// published before the count is read, and a call that finds a pipe after it has counted itself goes back. So
// no call uses the socket when the pipe takes it over.
type flow struct {
	pipe     atomic.Pointer[pipe] // nil while direct; written under conn.mu
	queue    *queue               // of the current pipe and those before it
	deadline *deadline            // the instance's, while there is a pipe

	at     time.Time // the instance's deadline; under conn.mu
	direct atomic.Int32
	left   chan struct{} // signals that a direct call has left
}

// enter claims the socket for a direct call.
func (f *flow) enter() bool {
	f.direct.Add(1)
	if f.pipe.Load() == nil {
		return true
	}
	f.leave()
	return false
}

func (f *flow) leave() {
	if f.direct.Add(-1) == 0 && f.pipe.Load() != nil {
		select {
		case f.left <- struct{}{}:
		default:
		}
	}
}

// await returns when no direct call uses the socket. There is a pipe, so no new one will.
func (f *flow) await() {
	for f.direct.Load() > 0 {
		<-f.left
	}
}
