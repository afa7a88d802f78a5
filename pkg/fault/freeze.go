package fault

import (
	"context"
	"sync"

	"github.com/crashlab/crashlab/pkg/stack"
)

// freezes counts which faults have frozen which process. A process thaws when the last fault lets go of it.
// The zero value is empty.
type freezes struct {
	mu        sync.Mutex
	processes map[string]*frozen // by name
}

// frozen is the set of faults that have frozen a process.
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

// Freezer freezes and thaws one process for one fault.
type Freezer struct {
	process stack.Process
	frozen  *frozen
}

// Freezer returns a new freezer for the process of that name, which must exist.
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

// Thaw undoes Freeze. It resumes the process unless another fault still freezes it. It is idempotent.
func (f *Freezer) Thaw(ctx context.Context) error {
	f.frozen.mu.Lock()
	defer f.frozen.mu.Unlock()
	delete(f.frozen.holders, f)
	if len(f.frozen.holders) > 0 {
		return nil
	}
	return f.process.Resume(ctx)
}
