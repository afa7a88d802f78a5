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

// frozen is a process that faults freeze and thaw.
type frozen struct {
	mu      sync.Mutex
	holders map[any]struct{} // each fault by a pointer of its own
}

func (f *freezes) of(name string) *frozen {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.processes == nil {
		f.processes = make(map[string]*frozen)
	}
	if f.processes[name] == nil {
		f.processes[name] = &frozen{holders: make(map[any]struct{})}
	}
	return f.processes[name]
}

// freeze freezes the process on behalf of holder.
func (f *frozen) freeze(ctx context.Context, p stack.Process, holder any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.holders[holder] = struct{}{}
	return p.Pause(ctx)
}

// thaw takes back what holder froze, and thaws the process unless another holds it. It is
// idempotent.
func (f *frozen) thaw(ctx context.Context, p stack.Process, holder any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.holders, holder)
	if len(f.holders) > 0 {
		return nil
	}
	return p.Resume(ctx)
}
