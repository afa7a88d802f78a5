package fault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/faulttest"
	"github.com/crashlab/crashlab/pkg/guidetest"
	"github.com/crashlab/crashlab/pkg/stack"
)

// Noop does nothing.
type Noop struct{}

func (Noop) Requested() string { return "nothing" }

func (Noop) Inject(context.Context, *fault.Surface) (fault.Injection, error) { return noop{}, nil }

// noop is an active Noop.
type noop struct{}

func (noop) Measure(context.Context) (fault.Measurement, error) { return fault.Measurement{}, nil }
func (noop) Revert(context.Context) error                       { return nil }
func (noop) Left(context.Context) (fault.Measurement, error)    { return fault.Measurement{}, nil }

// Hang freezes a process: its connections stay open, and it answers nothing.
type Hang struct {
	Process string
}

func (f Hang) Requested() string { return f.Process + ": hangs" }

func (f Hang) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if s.Processes[f.Process] == nil {
		return nil, fmt.Errorf("hang %s: no such process", f.Process)
	}
	h := &hanging{process: f.Process, surface: s, freezer: s.Freezer(f.Process)}
	if err := h.freezer.Freeze(ctx); err != nil {
		return nil, fmt.Errorf("hang %s: %w", f.Process, errors.Join(err, h.freezer.Thaw(ctx)))
	}
	return h, nil
}

// hanging is an active Hang.
type hanging struct {
	process string
	surface *fault.Surface
	freezer *fault.Freezer
}

func (h *hanging) Revert(ctx context.Context) error { return h.freezer.Thaw(ctx) }

// Measure sees the effect if no instance gets an answer.
func (h *hanging) Measure(ctx context.Context) (fault.Measurement, error) {
	ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	for _, from := range h.surface.Instances {
		if h.surface.Ping(ctx, from, h.process) == nil {
			return fault.Measurement{Text: "it answers " + from}, nil
		}
	}
	return fault.Measurement{Acted: len(h.surface.Instances) > 0, Text: "no instance gets an answer"}, nil
}

// Left sees what is left if no instance gets an answer after the revert.
func (h *hanging) Left(ctx context.Context) (fault.Measurement, error) { return h.Measure(ctx) }

// Kind returns the catalog's entry.
func (Hang) Kind() fault.Kind {
	return fault.Kind{Name: "hang", Needs: "process", Says: "stands still, goes on at the end",
		Example: "redis:hang@2s..4s", Target: "Process"}
}

func TestHangActsAndLeaves(t *testing.T) {
	s := faulttest.Surface(t) // a server named redis, and an instance that dials it
	injection, err := Hang{Process: stack.Redis}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if m := faulttest.Acts(t, injection); m.Text != "no instance gets an answer" {
		t.Error(m.Text)
	}
	faulttest.Revert(t, injection)
	if m, err := injection.Left(t.Context()); err != nil || m.Acted {
		t.Errorf("after the revert: %+v, %v", m, err)
	}
}

func TestAHangThatDoesNothingIsMeasuredAsSuch(t *testing.T) {
	s := faulttest.Surface(t)
	s.Processes[stack.Redis] = faulttest.Immortal{} // can't be frozen
	injection, err := Hang{Process: stack.Redis}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := injection.Measure(t.Context()); err != nil || m.Acted {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestTheGuidesFaultCanBeScheduled(t *testing.T) {
	const text = "redis:hang@2s..4s"
	schedule, err := fault.ParseSchedule(text, []fault.Named{Hang{}}, 1)
	if err != nil || schedule.String() != text {
		t.Errorf("%v, %v", schedule, err)
	}
}

func TestANoopHasNotActed(t *testing.T) {
	injection, err := Noop{}.Inject(t.Context(), &fault.Surface{})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := injection.Measure(t.Context()); err != nil || m.Acted {
		t.Errorf("%+v, %v", m, err)
	}
}

// The guide shows only code of this file.
func TestTheGuidesCodeIsTried(t *testing.T) {
	if blocks := guidetest.Tried(t, "README.md", "../..", "guide_test.go"); blocks < 4 {
		t.Errorf("%d blocks of code", blocks)
	}
}
