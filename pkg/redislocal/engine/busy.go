package engine

import "time"

// breath is how long a stuck script stands aside for other clients.
const breath = time.Millisecond

// stuck is a script that runs past its time limit, while it lets others in.
type stuck struct {
	busy Error // what they are told
	kill func(function bool) error
}

// Stuck lets other clients in while a script runs past its time limit: they get the error, but for the commands
// with AllowBusy. A script calls it now and then from its own goroutine, which has the lock; kill is what
// SCRIPT KILL and FUNCTION KILL then call.
func (e *Engine) Stuck(busy Error, kill func(function bool) error) {
	e.stuck = &stuck{busy, kill}
	now := e.now
	e.mu.Unlock()
	// Whoever waits for the lock gets it before this goroutine does. The injected clock may stand still.
	time.Sleep(breath)
	e.mu.Lock()
	e.stuck = nil
	e.now = now
}

// Kill stops the script, or the function, that is stuck, or says why not.
func (e *Engine) Kill(function bool) error {
	if e.stuck == nil {
		return Error("NOTBUSY No scripts in execution right now.")
	}
	return e.stuck.kill(function)
}

// Stopping reports whether the server is about to end: a script ends too.
func (e *Engine) Stopping() bool {
	select {
	case <-e.stop:
		return true
	default:
		return false
	}
}
