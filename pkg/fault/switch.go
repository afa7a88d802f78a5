package fault

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/nearest"
)

// Switch is a fault that only the design can cause: a bad deploy, a shard that is added, a tenant that
// overloads the system. The design offers it as a [Switchable] of the same name on its surface.
type Switch struct {
	Name string // of the Switchable
	Asks string // the text of Requested, with units; empty means that it is on
}

// Switchable is the design's part of a [Switch].
type Switchable struct {
	On func(ctx context.Context) error
	// idempotent; nil if it can't be undone, like an added shard
	Off     func(ctx context.Context) error
	Measure func(ctx context.Context) (Measurement, error) // nil if only another fault relies on it
	Left    func(ctx context.Context) (Measurement, error) // what Off has left, as of [Injection]; nil if nobody can tell
}

// Kind returns the catalog's entry.
func (Switch) Kind() Kind {
	return Kind{Name: "switch", Needs: "design",
		Says:    "what the design itself lets go wrong: a bad deploy, a shard that is added",
		Example: "add-shard:switch@2s..5s", Target: "Name"}
}

func (f Switch) Requested() string {
	if f.Asks == "" {
		return f.Name + ": on"
	}
	return f.Asks
}

func (f Switch) Inject(ctx context.Context, s *Surface) (Injection, error) {
	sw, ok := s.Switches[f.Name]
	switch {
	case !ok && len(s.Switches) == 0:
		return nil, fmt.Errorf("switch %s: the design has no switches", f.Name)
	case !ok:
		return nil, fmt.Errorf("switch %s: the design has no such switch; %s", f.Name,
			nearest.Suggest(f.Name, slices.Collect(maps.Keys(s.Switches))))
	}
	if err := sw.On(ctx); err != nil {
		return nil, fmt.Errorf("switch %s on: %w", f.Name, err)
	}
	return &switched{name: f.Name, Switchable: sw}, nil
}

// switched is an active Switch.
type switched struct {
	name string
	Switchable
	once Measurement // the first that showed an effect of what can't be undone
}

// Measure asks the design. What can't be undone has acted for good.
func (s *switched) Measure(ctx context.Context) (Measurement, error) {
	if s.Switchable.Measure == nil {
		return Measurement{Text: "the design does not measure it"}, nil
	}
	m, err := s.Switchable.Measure(ctx)
	switch {
	case s.Off != nil:
	case m.Acted:
		s.once = m
	case s.once.Acted:
		return s.once, nil
	}
	return m, err
}

func (s *switched) Left(ctx context.Context) (Measurement, error) {
	switch {
	case s.Off == nil:
		return Measurement{Text: "it stays"}, nil
	case s.Switchable.Left == nil:
		return Measurement{Text: "switched off"}, nil
	}
	return s.Switchable.Left(ctx)
}

func (s *switched) Revert(ctx context.Context) error {
	if s.Off == nil {
		return nil
	}
	if err := s.Off(ctx); err != nil {
		return fmt.Errorf("switch %s off: %w", s.name, err)
	}
	return nil
}
