package asl

import "math/rand/v2"

// Scope is what a state's paths, templates and functions can see.
type Scope struct {
	Input   any         // $
	Context any         // $$, the context object
	Random  rand.Source // for States.MathRandom and States.UUID; nil: the same numbers each time

	// Inspect is told what a state's fields make of its data, by the names of TestState: afterInputPath,
	// afterParameters, afterResultSelector, afterResultPath. May be nil.
	Inspect func(stage string, value any)
}

func (s Scope) tell(stage string, value any, err error) {
	if s.Inspect != nil && err == nil {
		s.Inspect(stage, value)
	}
}

// over returns the scope with another value as $.
func (s Scope) over(input any) Scope {
	s.Input = input
	return s
}
