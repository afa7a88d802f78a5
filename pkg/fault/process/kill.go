package process

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
)

// Kill stops a process as SIGKILL does: its connections are reset and its memory is lost. It is restarted at
// the end of the fault.
type Kill struct {
	Process string // dependency, node or instance; "kafka" means all its nodes
}

// Kind returns the catalog's entry.
func (Kill) Kind() fault.Kind {
	return fault.Kind{Name: "kill", Needs: "process", Says: "stopped as by SIGKILL, started again at the end",
		Example: "kafka-2:kill@2s..6s", Target: "Process"}
}

// OnProcess returns the process's name.
func (f Kill) OnProcess() string { return f.Process }

func (f Kill) Requested() string { return f.Process + ": killed" }

func (f Kill) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	o, err := injectProcess(ctx, s, f.Process, "kill",
		func(ctx context.Context, name string) error { return s.Processes[name].Kill(ctx) },
		func(ctx context.Context, name string) error { return s.Processes[name].Start(ctx) })
	if err != nil {
		return nil, err
	}
	return o, nil
}
