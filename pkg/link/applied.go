package link

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"
)

// handOn is how long Revert waits for chunks that a toxic is just handing on. Where a slower
// toxic of another fault stays behind it, they leave at that one's pace.
const handOn = time.Second

// Applied is toxics at work on a pattern of links.
type Applied struct {
	table   *Table
	pattern Pattern
	toxics  []Toxic
	phases  []int         // of the flaps among them; under Table.mu
	over    bool          // under Table.mu
	stop    chan struct{} // closed by Revert and by Table.Close
}

// Apply lays toxics on all links that p means: on their open connections, on those to come, and
// on links that are first dialled later. An error means that nothing was changed.
func (t *Table) Apply(p Pattern, toxics ...Toxic) (*Applied, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	for _, toxic := range toxics {
		if toxic == nil {
			return nil, fmt.Errorf("apply to %v: nil toxic", p)
		}
		if err := toxic.validate(); err != nil {
			return nil, fmt.Errorf("apply to %v: %w", p, err)
		}
	}
	a := &Applied{
		table: t, pattern: p, toxics: slices.Clone(toxics),
		phases: make([]int, len(toxics)), stop: make(chan struct{}),
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, fmt.Errorf("apply to %v: %w", p, ErrClosed)
	}
	t.applied = append(t.applied, a)
	for _, l := range t.links {
		if p.Match(l.from, l.name()) {
			t.lay(a, l)
		}
	}
	for i, toxic := range a.toxics {
		if f, ok := flap(toxic); ok {
			t.group.spawn(func() { a.flap(i, f) })
		}
	}
	t.log.Debug("toxics applied", zap.Stringer("links", p), zap.Stringers("toxics", toxics))
	return a, nil
}

// lay puts the toxics of a on the open connections of a link that it means. The caller holds
// t.mu.
func (t *Table) lay(a *Applied, l *link) {
	for _, c := range l.open() {
		if a.cuts(l, c.ordinal) {
			c.abort()
			continue
		}
		c.add(a)
	}
}

// cuts tells whether the ordinal-th connection of l must not be. The caller holds t.mu.
func (a *Applied) cuts(l *link, ordinal uint64) bool {
	for i, toxic := range a.toxics {
		if c, ok := toxic.(cutter); ok && c.cuts(l, ordinal, a.phases[i]) {
			return true
		}
	}
	return false
}

// flap moves the i-th toxic from phase to phase.
func (a *Applied) flap(i int, f Flap) {
	half := f.Down
	for {
		timer := time.NewTimer(half)
		select {
		case <-timer.C:
		case <-a.stop:
			timer.Stop()
			return
		}
		if a.nextPhase(i) {
			half = f.Down
		} else {
			half = f.Up
		}
	}
}

// nextPhase begins the other half of a flap and tells whether it is the one that is cut.
func (a *Applied) nextPhase(i int) bool {
	t := a.table
	t.mu.Lock()
	defer t.mu.Unlock()
	a.phases[i]++
	if a.over || a.phases[i]%2 != 0 {
		return false
	}
	for _, l := range t.links {
		if !a.pattern.Match(l.from, l.name()) {
			continue
		}
		for _, c := range l.open() {
			if a.cuts(l, c.ordinal) {
				c.abort()
			}
		}
	}
	return true
}

// Revert takes the toxics back, and those of no other. It returns when every connection is as if
// they had never been, or with the context's error. It is idempotent.
func (a *Applied) Revert(ctx context.Context) error {
	patience := time.NewTimer(handOn)
	defer patience.Stop()
	for _, gone := range a.remove() {
		select {
		case <-gone:
		case <-patience.C:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("revert toxics on %v: %w", a.pattern, context.Cause(ctx))
		}
	}
	return nil
}

func (a *Applied) remove() (gone []<-chan struct{}) {
	t := a.table
	t.mu.Lock()
	defer t.mu.Unlock()
	if a.over {
		return nil
	}
	a.over = true
	close(a.stop)
	t.applied = slices.DeleteFunc(t.applied, func(b *Applied) bool { return a == b })
	for _, l := range t.links {
		for _, c := range l.open() {
			gone = append(gone, c.remove(a)...)
		}
	}
	t.log.Debug("toxics reverted", zap.Stringer("links", a.pattern))
	return gone
}
