package engine

import (
	"math"
	"time"

	"github.com/tidwall/btree"
)

// A key past its expiry is gone for every command. The cycle removes it from memory, and tells subscribers,
// even if no command asks for it. Fields of hashes are removed likewise.
const (
	cycleTime  = 100 * time.Millisecond // Redis's hz of 10
	cycleBatch = 1000                   // keys removed before commands get their turn
)

// expiryCycle sleeps until the next key is due, and for cycleTime at least. Without a key that expires it takes
// no time.
func (e *Engine) expiryCycle() {
	for {
		var due <-chan time.Time
		stop := func() bool { return true }
		if left := e.removeDue(); left >= 0 {
			timer := e.Clock.NewTimer(max(left, cycleTime))
			due, stop = timer.Chan(), timer.Stop
		}
		select {
		case <-due:
		case <-e.cycle:
		case <-e.stop:
			stop()
			return
		}
		stop()
	}
}

// SetActiveExpire turns the cycle on or off: without it, keys past their expiry stay in memory until a command
// asks for them.
func (e *Engine) SetActiveExpire(on bool) {
	e.lazy = !on
	e.due = math.MaxInt64
	e.dueBy(e.now.UnixMilli())
}

// dueBy wakes the cycle if it would sleep for more than cycleTime past a new deadline.
func (e *Engine) dueBy(at int64) {
	if at+cycleTime.Milliseconds() >= e.due {
		return
	}
	e.due = at
	select {
	case e.cycle <- struct{}{}:
	default:
	}
}

// removeDue removes the keys that are due, and returns the time to the next, or -1.
func (e *Engine) removeDue() time.Duration {
	for {
		removed := 0
		e.Exclusive(func() {
			if e.stuck != nil || e.lazy {
				return // nothing goes while a script runs
			}
			e.due = math.MaxInt64
			for _, db := range e.dbs {
				removed += db.removeDue(cycleBatch)
				for _, deadlines := range []*btree.BTreeG[deadline]{db.expires, db.parts} {
					if first, ok := deadlines.Min(); ok {
						e.due = min(e.due, first.at)
					}
				}
			}
		})
		if removed == 0 {
			break
		}
	}
	var left time.Duration
	e.Exclusive(func() {
		left = -1
		if e.due != math.MaxInt64 {
			left = max(time.UnixMilli(e.due).Sub(e.now), cycleTime)
			e.due = e.now.Add(left).UnixMilli()
		}
	})
	return left
}

// removeDue removes up to most keys, and parts of values, that are due.
func (db *DB) removeDue(most int) int {
	n, now := 0, db.e.now.UnixMilli()
	for ; n < most; n++ {
		first, ok := db.expires.Min()
		if !ok || first.at > now {
			break
		}
		db.expired(first.key)
	}
	for n < most {
		first, ok := db.parts.Min()
		if !ok || first.at > now {
			break
		}
		entry, _ := db.keys.Get(first.key)
		n += db.perish(first.key, entry, most-n)
	}
	return n
}
