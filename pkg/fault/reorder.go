package fault

import "context"

// Reorder has operations sent after the one that follows them: exactly one in each block of
// OneIn.
type Reorder struct {
	OneIn int // at least 1, which means all
}

func (f Reorder) Requested() string {
	return oneInOf(Reordered, f.OneIn, "is sent after the next one")
}

func (f Reorder) Inject(_ context.Context, s *Surface) (Injection, error) {
	return injectData(s, &dataRule{taint: Reordered, oneIn: f.OneIn})
}
