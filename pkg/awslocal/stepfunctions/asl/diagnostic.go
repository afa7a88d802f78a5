package asl

import "strings"

// Severities of diagnostics. Only errors keep a state machine from being created.
const (
	SeverityError   = "ERROR"
	SeverityWarning = "WARNING"
)

// Codes of diagnostics.
const (
	CodeDuplicateStateName      = "DUPLICATE_STATE_NAME"
	CodeInvalidJSON             = "INVALID_JSON_DESCRIPTION"
	CodeInvalidStateName        = "INVALID_STATE_NAME"
	CodeMissingEndState         = "MISSING_END_STATE"
	CodeMissingTransitionTarget = "MISSING_TRANSITION_TARGET"
	CodePassResultIsStatic      = "PASS_RESULT_IS_STATIC"
	CodeSchemaValidationFailed  = "SCHEMA_VALIDATION_FAILED"
	CodeTooDeeplyNested         = "TOO_DEEPLY_NESTED"
)

// Diagnostic is one finding about a definition, as ValidateStateMachineDefinition reports it.
type Diagnostic struct {
	Severity string
	Code     string
	Message  string
	Location string // such as /States/Pay/Next; "" if the finding is about the whole
}

// Failed reports whether any finding is an error.
func Failed(found []Diagnostic) bool {
	for _, d := range found {
		if d.Severity == SeverityError {
			return true
		}
	}
	return false
}

// InvalidDefinition is the message of the error InvalidDefinition for a definition that failed.
func InvalidDefinition(found []Diagnostic) string {
	var parts []string
	for _, d := range found {
		if d.Severity != SeverityError {
			continue
		}
		location := d.Location
		if location == "" && d.Code == CodeMissingEndState {
			location = "null"
		}
		parts = append(parts, d.Code+": "+d.Message+" at "+location)
	}
	return "Invalid State Machine Definition: '" + strings.Join(parts, ", ") + "'"
}
