package fault

import (
	"context"

	"github.com/crashlab/crashlab/pkg/stack"
)

// Pause freezes a process, as SIGSTOP or a long garbage collection does: its connections stay
// open and nothing is answered. It is thawed when the fault is over.
type Pause struct {
	Process string // dependency, node or instance; "kafka" means all its nodes
}

func (f Pause) Requested() string { return f.Process + ": paused" }

func (f Pause) Inject(ctx context.Context, s *Surface) (Injection, error) {
	o, err := injectProcess(ctx, s, f.Process, "pause",
		func(ctx context.Context, p stack.Process) error { return p.Pause(ctx) },
		func(ctx context.Context, p stack.Process) error { return p.Resume(ctx) })
	if err != nil {
		return nil, err
	}
	return o, nil
}
