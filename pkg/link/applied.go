package link

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"
)

// handOn is how long Revert waits for chunks that a toxic is passing on. If a slower toxic of another fault
// follows, they leave at its pace.
const handOn = time.Second

// Applied is an active toxic on a pattern of links.
type Applied struct {
	table   *Table
	pattern Pattern
	toxic   Toxic
	whole   bool          // a flapping cut is in its whole phase; under Table.mu
	over    bool          // under Table.mu
	stop    chan struct{} // closed by Revert and by Table.Close
}

// Apply lays a toxic on all links that match p: on their open connections, on new ones, and on links that are
// first dialed later. An error means that nothing was changed.
func (t *Table) Apply(p Pattern, toxic Toxic) (*Applied, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := toxic.validate(); err != nil {
		return nil, fmt.Errorf("apply to %v: %w", p, err)
	}
	a := &Applied{table: t, pattern: p, toxic: toxic, stop: make(chan struct{})}
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
	if toxic.flaps() {
		t.group.spawn(a.flap)
	}
	t.log.Debug("toxic applied", zap.Stringer("links", p), zap.String("toxic", toxic.Name))
	return a, nil
}

// lay puts the toxic of a on the matching open connections of a link. The caller holds t.mu.
func (t *Table) lay(a *Applied, l *link) {
	for _, c := range l.open() {
		if a.cuts(l, c.ordinal) {
			c.abort()
			continue
		}
		c.add(a)
	}
}

// cuts reports whether a cuts the ordinal-th connection of l. The caller holds t.mu.
func (a *Applied) cuts(l *link, ordinal uint64) bool {
	return a.toxic.Cut && !a.whole && a.toxic.picks(l, ordinal)
}

// flap alternates between the phases of the cut.
func (a *Applied) flap() {
	half := a.toxic.Down
	for {
		timer := time.NewTimer(half)
		select {
		case <-timer.C:
		case <-a.stop:
			timer.Stop()
			return
		}
		if a.turn() {
			half = a.toxic.Down
		} else {
			half = a.toxic.Up
		}
	}
}

// turn begins the next phase of a flap and reports whether it is a cut one.
func (a *Applied) turn() bool {
	t := a.table
	t.mu.Lock()
	defer t.mu.Unlock()
	a.whole = !a.whole
	if a.over || a.whole {
		return false
	}
	for _, l := range t.links {
		if a.pattern.Match(l.from, l.name()) {
			t.lay(a, l)
		}
	}
	return true
}

// Revert removes this toxic and no other. It returns when every connection is as it was before, or with the
// context's error. It is idempotent.
func (a *Applied) Revert(ctx context.Context) error {
	patience := time.NewTimer(handOn)
	defer patience.Stop()
	for _, gone := range a.remove() {
		select {
		case <-gone:
		case <-patience.C:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("revert toxic on %v: %w", a.pattern, context.Cause(ctx))
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
	t.log.Debug("toxic reverted", zap.Stringer("links", a.pattern))
	return gone
}
