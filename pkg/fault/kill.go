package fault

import (
	"context"
)

// Kill stops a process as SIGKILL does: connections are reset, what it held in memory is gone.
// It is started again when the fault is over.
type Kill struct {
	Process string // dependency, node or instance; "kafka" means all its nodes
}

func (f Kill) Requested() string { return f.Process + ": killed" }

func (f Kill) Inject(ctx context.Context, s *Surface) (Injection, error) {
	o, err := injectProcess(ctx, s, f.Process, "kill",
		func(ctx context.Context, name string) error { return s.Processes[name].Kill(ctx) },
		func(ctx context.Context, name string) error { return s.Processes[name].Start(ctx) })
	if err != nil {
		return nil, err
	}
	return o, nil
}
