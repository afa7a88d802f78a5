package data

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
)

// Corruption flips one bit of a payload: exactly one operation in each block of OneIn. The result may still
// parse, with a wrong value.
type Corruption struct {
	OneIn int // at least 1, which means all
}

// Kind returns the catalog's entry.
func (Corruption) Kind() fault.Kind {
	return fault.Kind{Name: string(fault.Corrupt), Needs: "data", Says: "one operation in so many has a bit flipped",
		Example: "corrupt=20@2s..6s", Value: "OneIn"}
}

// Taint returns the taint of the picked operations.
func (Corruption) Taint() fault.Taint { return fault.Corrupt }

func (f Corruption) Requested() string { return oneInOf(f.Taint(), f.OneIn, "has a bit flipped") }

func (f Corruption) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	return inject(s, f.Taint(), f.OneIn, 0)
}
