package stack

import "context"

// Use is what a run is about to do with a stack.
type Use struct {
	Run   string // its ID, which begins the names of all that it makes there (package owner); may be empty
	Alone bool   // it disturbs other users of the stack, for example by a fault in a dependency's process
}

// Sharing coordinates runs of several processes on one stack.
type Sharing interface {
	// Enter waits until the stack may be used this way, and tells in one line which use it waits for. leave
	// ends the use. If a process dies before it calls leave, the next use cleans up after it.
	Enter(ctx context.Context, u Use, tell func(string)) (leave func(context.Context) error, err error)
}

// Enter begins a run's use of the stack. Any number of runs may use it at the same time. A run that uses it
// alone waits for the others, and they wait for it. That holds between the runs of this process and, on a
// shared stack, between processes. leave ends the use and must be called on every way out.
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

// lock coordinates the runs of this process.
func (s *Stack) lock(alone bool) (unlock func()) {
	if s.origin != nil {
		return s.origin.lock(alone)
	}
	if alone {
		s.use.Lock()
		return s.use.Unlock
	}
	s.use.RLock()
	return s.use.RUnlock
}
