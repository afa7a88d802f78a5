package fault

import "context"

// Pause freezes a process, as SIGSTOP or a long garbage collection does: its connections stay
// open and nothing is answered. It is thawed when the fault is over.
type Pause struct {
	Process string // dependency, node or instance; "kafka" means all its nodes
}

func (f Pause) Requested() string { return f.Process + ": paused" }

func (f Pause) Inject(ctx context.Context, s *Surface) (Injection, error) {
	o, err := injectProcess(ctx, s, f.Process, "pause",
		func(ctx context.Context, name string) error {
			return s.frozen.of(name).freeze(ctx, s.Processes[name], &f)
		},
		func(ctx context.Context, name string) error {
			return s.frozen.of(name).thaw(ctx, s.Processes[name], &f)
		})
	if err != nil {
		return nil, err
	}
	return o, nil
}
