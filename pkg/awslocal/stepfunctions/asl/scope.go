package asl

import "math/rand/v2"

// Scope is what a state's paths, templates and functions can see.
type Scope struct {
	Input   any         // $
	Context any         // $$, the context object
	Random  rand.Source // for States.MathRandom and States.UUID; nil: the same numbers each time
}

// over returns the scope with another value as $.
func (s Scope) over(input any) Scope {
	s.Input = input
	return s
}
