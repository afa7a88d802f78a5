package asl

// filter is an InputPath or OutputPath: nothing given means the whole, null an empty object.
type filter struct {
	path    *Path
	discard bool
}

func (f filter) apply(scope Scope) (any, error) {
	switch {
	case f.discard:
		return map[string]any{}, nil
	case f.path == nil:
		return scope.Input, nil
	}
	return f.path.must(evaluate(scope))
}

// Effective is a state's effective input: its raw input after InputPath and Parameters. A Map state's ItemSelector
// applies to each item instead (see Item).
func (s *State) Effective(scope Scope) (any, error) {
	input, err := s.inputPath.apply(scope)
	scope.tell("afterInputPath", input, err)
	if err != nil || s.parameters == nil || s.Type == Map {
		scope.tell("afterParameters", input, err)
		return input, err
	}
	filled, err := s.parameters.Fill(scope.over(input))
	scope.tell("afterParameters", filled, err)
	return filled, err
}

// PassResult is what a Pass state yields for its effective input: Result, if it has one.
func (s *State) PassResult(effective any) any {
	if s.hasResult {
		return s.result
	}
	return effective
}

// Output is a state's output: its result after ResultSelector, put into the raw input at ResultPath, after OutputPath.
// The scope's Input is the raw input. For Choice, Wait and Succeed the result is the effective input.
func (s *State) Output(scope Scope, result any) (any, error) {
	if s.resultSelector != nil {
		var err error
		if result, err = s.resultSelector.Fill(scope.over(result)); err != nil {
			return nil, err
		}
	}
	output := result
	if s.Type != Choice && s.Type != Wait && s.Type != Succeed {
		scope.tell("afterResultSelector", result, nil)
		var err error
		if output, err = s.resultPath.Place(scope.Input, result); err != nil {
			return nil, err
		}
		scope.tell("afterResultPath", output, nil)
	}
	return s.outputPath.apply(scope.over(output))
}

// Output is the input of the state that the catcher leads to: the failed state's raw input with
// {"Error": name, "Cause": cause} at ResultPath.
func (c Catcher) Output(raw any, name, cause string) (any, error) {
	return c.resultPath.Place(raw, map[string]any{"Error": name, "Cause": cause})
}
