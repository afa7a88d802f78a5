package data

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// Oversize makes operations larger than the system accepts: exactly one in each block of OneIn is padded to
// Bytes.
type Oversize struct {
	OneIn int // at least 1, which means all
	Bytes int // size of the payload; 0 means fault.Oversize
}

// Kind returns the catalog's entry.
func (Oversize) Kind() fault.Kind {
	return fault.Kind{Name: string(fault.Oversized), Needs: "data",
		Says:    "one operation in so many bears more than the system takes",
		Example: "oversize=50,bytes=2MB@2s..6s", Value: "OneIn"}
}

// Taint returns the taint of the picked operations.
func (Oversize) Taint() fault.Taint { return fault.Oversized }

func (f Oversize) bytes() int {
	if f.Bytes == 0 {
		return fault.Oversize
	}
	return f.Bytes
}

func (f Oversize) Requested() string {
	return oneInOf(f.Taint(), f.OneIn, fmt.Sprintf("is %s long", say.Size(int64(f.bytes()))))
}

func (f Oversize) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	if f.Bytes < 0 {
		return nil, fmt.Errorf("inject %s: %d bytes: want 0 or more", f.Taint(), f.Bytes)
	}
	return inject(s, f.Taint(), f.OneIn, f.bytes())
}
