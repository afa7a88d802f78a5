package asl

import (
	"fmt"
	"strings"
)

// Names of errors that the language itself knows.
const (
	ErrAll                    = "States.ALL"
	ErrBranchFailed           = "States.BranchFailed"
	ErrDataLimitExceeded      = "States.DataLimitExceeded"
	ErrExceedToleratedFailure = "States.ExceedToleratedFailureThreshold"
	ErrHeartbeatTimeout       = "States.HeartbeatTimeout"
	ErrIntrinsicFailure       = "States.IntrinsicFailure"
	ErrReferencePathConflict  = "States.ReferencePathConflict"
	ErrResultPathMatchFailure = "States.ResultPathMatchFailure"
	ErrRuntime                = "States.Runtime"
	ErrTaskFailed             = "States.TaskFailed"
	ErrTimeout                = "States.Timeout"
)

// Error is a state's failure: what Retry and Catch look at, and what a history reports.
type Error struct{ Name, Cause string }

func (e *Error) Error() string { return e.Name + ": " + e.Cause }

const maxCause = 32768 // bytes

func fail(name, format string, args ...any) error {
	cause := fmt.Sprintf(format, args...)
	if len(cause) > maxCause {
		cause = strings.ToValidUTF8(cause[:maxCause], "")
	}
	return &Error{Name: name, Cause: cause}
}

// CauseIn is the cause as a history tells it: where the execution itself went wrong, with the state and the ID of the
// event that entered it.
func (e *Error) CauseIn(state string, event int64) string {
	if e.Name != ErrRuntime && e.Name != ErrIntrinsicFailure {
		return e.Cause
	}
	return fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). %s",
		state, event, e.Cause)
}
