package engine

import "time"

// breath is how long a stuck script stands aside for other clients.
const breath = time.Millisecond

// Stuck lets other clients in while a script runs past its time limit: they get the error BUSY, but for
// the commands with AllowBusy. A script calls it now and then from its own goroutine, which has the lock; kill
// is what SCRIPT KILL (FUNCTION KILL) then calls.
func (e *Engine) Stuck(kill func() error) {
	e.stuck = kill
	now := e.now
	e.mu.Unlock()
	// Whoever waits for the lock gets it before this goroutine does.
	e.Clock.Sleep(breath)
	e.mu.Lock()
	e.stuck = nil
	e.now = now
}

// Kill stops the script that is stuck, or says why not.
func (e *Engine) Kill() error {
	if e.stuck == nil {
		return Error("NOTBUSY No scripts in execution right now.")
	}
	return e.stuck()
}
