package asl

import "math/rand/v2"

// maxWork bounds what one evaluation may look at, in values and bytes: a small definition can multiply its input.
const maxWork = 1 << 26

// evaluation is one use of paths, templates and functions.
type evaluation struct {
	scope Scope
	left  int
}

func evaluate(scope Scope) *evaluation {
	scope.Random = numbers(scope.Random)
	return &evaluation{scope: scope, left: maxWork}
}

// numbers is a source, or one that always yields the same if there is none.
func numbers(random rand.Source) rand.Source {
	if random == nil {
		return rand.NewPCG(0, 0)
	}
	return random
}

func (e *evaluation) spend(n int) error {
	if e.left -= n; e.left < 0 {
		return fail(ErrDataLimitExceeded, "The evaluation handles too much data.")
	}
	return nil
}

// measure spends what a value is long. It fails if the value is longer than MaxData.
func (e *evaluation) measure(v any) error {
	n := size(v, MaxData)
	if n > MaxData {
		return fail(ErrDataLimitExceeded, "A value exceeds the maximum number of bytes service limit.")
	}
	return e.spend(n)
}
