package fault

import (
	"context"
	"sync"

	"github.com/crashlab/crashlab/pkg/stack"
)

// freezes is what faults have frozen. Several may have frozen one process at the same time; it
// thaws when the last of them lets go. The zero value is nothing.
type freezes struct {
	mu        sync.Mutex
	processes map[string]*frozen // by name
}

// frozen is who has frozen a process.
type frozen struct {
	mu      sync.Mutex
	holders map[*Freezer]struct{}
}

func (f *freezes) of(name string) *frozen {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.processes == nil {
		f.processes = make(map[string]*frozen)
	}
	if f.processes[name] == nil {
		f.processes[name] = &frozen{holders: make(map[*Freezer]struct{})}
	}
	return f.processes[name]
}

// Freezer freezes and thaws one process on behalf of one fault.
type Freezer struct {
	process stack.Process
	frozen  *frozen
}

// Freezer returns a new freezer of the process of that name, which there is.
func (s *Surface) Freezer(name string) *Freezer {
	return &Freezer{s.Processes[name], s.frozen.of(name)}
}

// Freeze pauses the process.
func (f *Freezer) Freeze(ctx context.Context) error {
	f.frozen.mu.Lock()
	defer f.frozen.mu.Unlock()
	f.frozen.holders[f] = struct{}{}
	return f.process.Pause(ctx)
}

// Thaw takes that back, and resumes the process unless another fault has it frozen. It is idempotent.
func (f *Freezer) Thaw(ctx context.Context) error {
	f.frozen.mu.Lock()
	defer f.frozen.mu.Unlock()
	delete(f.frozen.holders, f)
	if len(f.frozen.holders) > 0 {
		return nil
	}
	return f.process.Resume(ctx)
}
