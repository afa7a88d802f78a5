package process

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/probe"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// asked compares how long a process takes to answer before and during a fault.
type asked struct {
	surface *fault.Surface
	name    string
	before  time.Duration // the fastest of a few answers before the fault; 0 if none came
}

// askBefore asks a process before a fault.
func askBefore(ctx context.Context, s *fault.Surface, name string) asked {
	a := asked{surface: s, name: name}
	for range probe.Tries {
		took, err := answer(ctx, s, name, probe.Timeout)
		if err == nil && (a.before == 0 || took < a.before) {
			a.before = took
		}
	}
	return a
}

// now asks n times. It returns the slowest answer, or 0 if none came, and a description. An answer may take
// that much longer than before.
func (a asked) now(ctx context.Context, n int, longer time.Duration) (took time.Duration, text string) {
	var err error
	for range n {
		one, failed := answer(ctx, a.surface, a.name, longer+probe.Timeout)
		took, err = max(took, one), errors.Join(err, failed)
	}
	switch {
	case a.before == 0:
		text = "did not answer before either, or nobody can ask"
	case took == 0:
		text = probe.Reason(err)
	default:
		text = fmt.Sprintf("took %s to answer (was %s)", say.Time(took), say.Time(a.before))
	}
	return took, text
}
