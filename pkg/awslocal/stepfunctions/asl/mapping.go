package asl

type mapping struct {
	items        *Path
	selector     *Template
	concurrency  seconds
	failures     seconds
	failuresPart seconds
}

// Items returns what a Map state iterates over. The scope's Input is the effective input.
func (s *State) Items(scope Scope) ([]any, error) { return nil, nil }

// Item returns an iteration's input: the item itself, or what ItemSelector (or Parameters) makes of it. The scope's Input
// is the Map state's effective input; its context object has to have Map.Item.Index and Map.Item.Value.
func (s *State) Item(scope Scope, item any) (any, error) { return item, nil }

// Concurrency returns how many iterations of a Map state may run at once; 0: as many as there are.
func (s *State) Concurrency(scope Scope) (int, error) { return 0, nil }

// Tolerated returns how many of a Map state's iterations may fail without failing the state.
func (s *State) Tolerated(scope Scope, items int) (int, error) { return 0, nil }
