package fault

import "context"

// Duplicates has operations sent twice: exactly one in each block of OneIn.
type Duplicates struct {
	OneIn int // at least 1, which means all
}

func (f Duplicates) Requested() string { return oneInOf(Duplicate, f.OneIn, "is sent twice") }

func (f Duplicates) Inject(_ context.Context, s *Surface) (Injection, error) {
	return injectData(s, &dataRule{taint: Duplicate, oneIn: f.OneIn})
}
