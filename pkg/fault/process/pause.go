package process

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
)

// Pause freezes a process, like SIGSTOP or a long garbage collection: its connections stay open and it
// answers nothing. It is thawed at the end of the fault.
type Pause struct {
	Process string // dependency, node or instance; "kafka" means all its nodes
}

// Kind returns the catalog's entry.
func (Pause) Kind() fault.Kind {
	return fault.Kind{Name: "pause", Needs: "process", Says: "frozen, thawed at the end",
		Example: "redis:pause@2s..4s", Target: "Process"}
}

// OnProcess returns the process's name.
func (f Pause) OnProcess() string { return f.Process }

func (f Pause) Requested() string { return f.Process + ": paused" }

func (f Pause) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	freezers := map[string]*fault.Freezer{}
	o, err := injectProcess(ctx, s, f.Process, "pause",
		func(ctx context.Context, name string) error {
			freezers[name] = s.Freezer(name)
			return freezers[name].Freeze(ctx)
		},
		func(ctx context.Context, name string) error { return freezers[name].Thaw(ctx) })
	if err != nil {
		return nil, err
	}
	return o, nil
}
