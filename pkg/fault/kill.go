package fault

import (
	"context"

	"github.com/crashlab/crashlab/pkg/stack"
)

// Kill stops a process as SIGKILL does: connections are reset, what it held in memory is gone.
// It is started again when the fault is over.
type Kill struct {
	Process string // dependency, node or instance; "kafka" means all its nodes
}

func (f Kill) Requested() string { return f.Process + ": killed" }

func (f Kill) Inject(ctx context.Context, s *Surface) (Injection, error) {
	o, err := injectProcess(ctx, s, f.Process, "kill",
		func(ctx context.Context, p stack.Process) error { return p.Kill(ctx) },
		func(ctx context.Context, p stack.Process) error { return p.Start(ctx) })
	if err != nil {
		return nil, err
	}
	return o, nil
}
