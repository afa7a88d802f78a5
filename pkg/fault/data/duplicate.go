package data

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
)

// Duplicates makes operations be sent twice: exactly one in each block of OneIn.
type Duplicates struct {
	OneIn int // at least 1, which means all
}

// Kind returns the catalog's entry.
func (Duplicates) Kind() fault.Kind {
	return fault.Kind{Name: string(fault.Duplicate), Needs: "data", Says: "one operation in so many is sent twice",
		Example: "duplicate=20@2s..6s", Value: "OneIn"}
}

// Taint returns the taint of the picked operations.
func (Duplicates) Taint() fault.Taint { return fault.Duplicate }

func (f Duplicates) Requested() string { return oneInOf(f.Taint(), f.OneIn, "is sent twice") }

func (f Duplicates) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	return inject(s, f.Taint(), f.OneIn, 0)
}
