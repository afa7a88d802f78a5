package data

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
)

// Poison makes operations that whoever handles them can't parse: exactly one, at a place drawn
// from the seed, in each block of OneIn operations.
type Poison struct {
	OneIn int // at least 1, which means all
}

// Kind is the catalog's entry.
func (Poison) Kind() fault.Kind {
	return fault.Kind{Name: string(fault.Poisoned), Needs: "data", Says: "one operation in so many can't be parsed",
		Example: "poison=20@2s..6s", Value: "OneIn"}
}

// Taint is what it makes of operations.
func (Poison) Taint() fault.Taint { return fault.Poisoned }

func (f Poison) Requested() string { return oneInOf(f.Taint(), f.OneIn, "can't be parsed") }

func (f Poison) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	return inject(s, f.Taint(), f.OneIn, 0)
}
