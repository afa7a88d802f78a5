package data

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
)

// Reorder makes operations be sent after the one that follows them: exactly one in each block of OneIn.
type Reorder struct {
	OneIn int // at least 1, which means all
}

// Kind returns the catalog's entry.
func (Reorder) Kind() fault.Kind {
	return fault.Kind{Name: string(fault.Reordered), Needs: "data",
		Says:    "one operation in so many is sent after the one that follows it",
		Example: "reorder=20@2s..6s", Value: "OneIn"}
}

// Taint returns the taint of the picked operations.
func (Reorder) Taint() fault.Taint { return fault.Reordered }

func (f Reorder) Requested() string { return oneInOf(f.Taint(), f.OneIn, "is sent after the next one") }

func (f Reorder) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	return inject(s, f.Taint(), f.OneIn, 0)
}
