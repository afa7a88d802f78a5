package engine

import (
	"slices"
	"time"
)

// pause is what CLIENT PAUSE has asked for.
type pause struct {
	until  time.Time
	all    bool          // or writes only
	over   chan struct{} // closed when it ends; nil if there is none
	cancel chan struct{} // closed by UNPAUSE
}

// Pause holds up all commands, or those that write, for a time. A second pause can only prolong the first.
func (e *Engine) Pause(d time.Duration, all bool) {
	until := e.now.Add(d)
	if e.pause.over != nil {
		all = all || e.pause.all
		if until.Before(e.pause.until) {
			until = e.pause.until
		}
		close(e.pause.cancel)
	} else {
		e.pause.over = make(chan struct{})
	}
	cancel := make(chan struct{})
	e.pause.until, e.pause.all, e.pause.cancel = until, all, cancel
	timer := e.Clock.NewTimer(until.Sub(e.now))
	e.group.Go(func() {
		defer timer.Stop()
		select {
		case <-timer.Chan():
			e.Exclusive(func() {
				if e.pause.cancel == cancel {
					e.Unpause()
				}
			})
		case <-cancel:
		case <-e.stop:
		}
	})
}

// Unpause ends a pause.
func (e *Engine) Unpause() {
	if e.pause.over == nil {
		return
	}
	close(e.pause.cancel)
	close(e.pause.over)
	e.pause = pause{}
}

// pausedFor returns a channel to wait on before a request may run, or nil.
func (e *Engine) pausedFor(c *Client, args []string) <-chan struct{} {
	if e.pause.over == nil {
		return nil
	}
	cmd, err := e.Find(args)
	if err != nil || cmd.Flags&Unpaused != 0 {
		return nil
	}
	if e.pause.all || cmd.changes(args) || cmd.Name == "exec" && slices.ContainsFunc(c.queue, func(args []string) bool {
		cmd, err := e.Find(args)
		return err == nil && cmd.changes(args)
	}) {
		return e.pause.over
	}
	return nil
}

// changes reports whether a request may write, or publishes.
func (cmd *Command) changes(args []string) bool {
	flags := cmd.Flags
	if cmd.FlagsOf != nil {
		flags = cmd.FlagsOf(args)
	}
	return flags&(Write|MayReplicate) != 0
}
