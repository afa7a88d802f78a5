package fault

import "context"

// Poison makes operations that whoever handles them can't parse: exactly one, at a place drawn
// from the seed, in each block of OneIn operations.
type Poison struct {
	OneIn int // at least 1, which means all
}

func (f Poison) Requested() string { return oneInOf(Poisoned, f.OneIn, "can't be parsed") }

func (f Poison) Inject(_ context.Context, s *Surface) (Injection, error) {
	return injectData(s, &dataRule{taint: Poisoned, oneIn: f.OneIn})
}
