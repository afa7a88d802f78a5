package data

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
)

// Poison makes operations that their consumer can't parse: exactly one in each block of OneIn, at a place
// drawn from the seed.
type Poison struct {
	OneIn int // at least 1, which means all
}

// Kind returns the catalog's entry.
func (Poison) Kind() fault.Kind {
	return fault.Kind{Name: string(fault.Poisoned), Needs: "data", Says: "one operation in so many can't be parsed",
		Example: "poison=20@2s..6s", Value: "OneIn"}
}

// Taint returns the taint of the picked operations.
func (Poison) Taint() fault.Taint { return fault.Poisoned }

func (f Poison) Requested() string { return oneInOf(f.Taint(), f.OneIn, "can't be parsed") }

func (f Poison) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	return inject(s, f.Taint(), f.OneIn, 0)
}
