package fault

import "context"

// Corruption flips a bit of operations' payloads: exactly one in each block of OneIn. What comes
// of it may parse, and is wrong.
type Corruption struct {
	OneIn int // at least 1, which means all
}

func (f Corruption) Requested() string { return oneInOf(Corrupt, f.OneIn, "has a bit flipped") }

func (f Corruption) Inject(_ context.Context, s *Surface) (Injection, error) {
	return injectData(s, &dataRule{taint: Corrupt, oneIn: f.OneIn})
}
