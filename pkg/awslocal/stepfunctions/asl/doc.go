// Package asl is the Amazon States Language as data: it parses and validates definitions, and evaluates what a state
// says about its input, its output, its errors and its next state. It has no clock, does no I/O and starts no
// goroutine: the caller moves from state to state, waits and calls services.
//
// # How a state is interpreted
//
//	effective, err := state.Effective(scope)        // InputPath, Parameters
//	scope.Input = effective                         // for Choose, Until, Timeout, Items, Failure
//	result := …                                     // what the state does: a task, branches, or PassResult
//	output, err := state.Output(raw, result)        // ResultSelector, ResultPath, OutputPath; raw has the raw input
//
// JSON values are what Decode yields: map[string]any, []any, string, json.Number, bool and nil. Values are shared,
// never changed in place, so a caller may keep them. Errors of evaluation are of type *Error and bear AWS's names.
//
// Where AWS's documents and its executions differ, executions are followed. A path of a template that leads nowhere is
// States.Runtime, not States.ParameterPathFailure; so is a choice without a match, not States.NoChoiceMatched. A missed
// heartbeat is States.Timeout in a history; Retrying and Catching are asked about ErrHeartbeatTimeout, which retriers
// and catchers of either name handle. States.ReferencePathConflict is in no list of errors.
//
// # Left out
//
// JSONata, variables (Assign), distributed maps (ItemReader, ItemBatcher, ResultWriter, Label) and Credentials are
// refused with a diagnostic that names them.
//
// # Different from AWS
//
//   - Objects have their names in alphabetical order; AWS keeps the order of the text.
//   - Numbers keep their text: 1.0 stays 1.0, 1e3 stays 1e3.
//   - A name that an object has twice counts the last time; AWS refuses the definition.
//   - Of the functions that paths may end in, there is length() alone.
package asl
