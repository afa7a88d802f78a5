package data

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
)

// Corruption flips a bit of operations' payloads: exactly one in each block of OneIn. What comes
// of it may parse, and is wrong.
type Corruption struct {
	OneIn int // at least 1, which means all
}

// Kind is the catalog's entry.
func (Corruption) Kind() fault.Kind {
	return fault.Kind{Name: string(fault.Corrupt), Needs: "data", Says: "one operation in so many has a bit flipped",
		Example: "corrupt=20@2s..6s", Value: "OneIn"}
}

// Taint is what it makes of operations.
func (Corruption) Taint() fault.Taint { return fault.Corrupt }

func (f Corruption) Requested() string { return oneInOf(f.Taint(), f.OneIn, "has a bit flipped") }

func (f Corruption) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	return inject(s, f.Taint(), f.OneIn, 0)
}
