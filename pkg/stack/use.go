package stack

import "context"

// Use is what a run is about to do with a stack.
type Use struct {
	Run   string // its id, by which all that it makes there is named (package owner); may be empty
	Alone bool   // it disturbs everybody on the stack, such as by a fault on a dependency's process
}

// Sharing is how a backend keeps the runs of several processes on one stack out of each other's way.
type Sharing interface {
	// Enter waits until the stack may be used so, and tells in one line who keeps it waiting. leave
	// ends the use; a use whose process dies without is undone by the next one.
	Enter(ctx context.Context, u Use, tell func(string)) (leave func(context.Context) error, err error)
}

// Enter begins a run's use of the stack. Any number of runs may use it at the same time, but one that
// uses it alone: it waits for the others, and others wait for it, be they of this process or, where
// the stack is shared, of another. leave ends the use and must be called on every way out.
func (s *Stack) Enter(ctx context.Context, u Use) (leave func(context.Context) error, err error) {
	unlock := s.lock(u.Alone)
	if ctx.Err() != nil {
		unlock()
		return nil, context.Cause(ctx)
	}
	if s.Sharing == nil {
		return func(context.Context) error { unlock(); return nil }, nil
	}
	tell := s.Tell
	if tell == nil {
		tell = func(string) {}
	}
	end, err := s.Sharing.Enter(ctx, u, tell)
	if err != nil {
		unlock()
		return nil, err
	}
	return func(ctx context.Context) error {
		defer unlock()
		return end(ctx)
	}, nil
}

// lock keeps the runs of this process apart.
func (s *Stack) lock(alone bool) (unlock func()) {
	if alone {
		s.use.Lock()
		return s.use.Unlock
	}
	s.use.RLock()
	return s.use.RUnlock
}
