package asl

type failing struct {
	name, cause         string
	namePath, causePath *Path
}

// Failure returns a Fail state's error and cause, either of which may be empty.
func (s *State) Failure(scope Scope) (name, cause string, err error) {
	return s.failure.name, s.failure.cause, nil
}
