package asl

type failing struct {
	name, cause         string
	namePath, causePath expression
}

// Failure returns a Fail state's error and cause, either of which may be empty. It fails with States.Runtime if
// ErrorPath or CausePath does not lead to a text.
func (s *State) Failure(scope Scope) (name, cause string, err error) {
	e := evaluate(scope)
	if name, err = s.failure.text(e, s.failure.name, s.failure.namePath, "ErrorPath"); err != nil {
		return "", "", err
	}
	cause, err = s.failure.text(e, s.failure.cause, s.failure.causePath, "CausePath")
	return name, cause, err
}

func (failing) text(e *evaluation, given string, found expression, field string) (string, error) {
	if found == nil {
		return given, nil
	}
	value, err := found.eval(e, field)
	if err != nil {
		return "", err
	}
	text, ok := value.(string)
	if !ok {
		return "", fail(ErrRuntime, "The field '%s' must refer to a string.", field)
	}
	return text, nil
}
