package fault

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/nearest"
)

// Switch is a fault of the system's own making, which only the design knows how to bring about: a
// bad deploy, a shard that is added, a tenant that goes wild. The design has put a [Switchable] on
// its surface under the name.
type Switch struct {
	Name string // of the switch
	Asks string // what Requested says, with units; empty means that it is on
}

// Switchable is what a design lets a [Switch] do.
type Switchable struct {
	On func(ctx context.Context) error
	// idempotent; nil where it stays as it is, as an added shard does
	Off     func(ctx context.Context) error
	Measure func(ctx context.Context) (Measurement, error) // nil where only another fault makes use of it
}

// Kind is the catalog's entry.
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
	return switched{f.Name, sw}, nil
}

// switched is a Switch that is on.
type switched struct {
	name string
	Switchable
}

func (s switched) Measure(ctx context.Context) (Measurement, error) {
	if s.Switchable.Measure == nil {
		return Measurement{Text: "the design does not measure it"}, nil
	}
	return s.Switchable.Measure(ctx)
}

func (s switched) Revert(ctx context.Context) error {
	if s.Off == nil {
		return nil
	}
	if err := s.Off(ctx); err != nil {
		return fmt.Errorf("switch %s off: %w", s.name, err)
	}
	return nil
}
