package api

import (
	"fmt"
	"net/http"
)

// Error is an error answer in AWS's terms, independent of the protocol.
type Error struct {
	Code      string         // the shape's name: "QueueDoesNotExist", "ConditionalCheckFailedException"
	QueryCode string         // the query protocol's code if it differs: "AWS.SimpleQueueService.NonExistentQueue"
	Message   string         // AWS's own wording if it is known
	Status    int            // HTTP status; 0 means 400
	Namespace string         // JSON's "__type" prefix before '#': "com.amazonaws.sqs"; empty for none
	Members   map[string]any // further members of the error's shape: CancellationReasons, Item
}

// Error returns "Code: Message".
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// HTTPStatus returns the status to answer with.
func (e *Error) HTTPStatus() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// Errorf returns a client error (status 400) with a formatted message.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Unknown is AWS's answer to an operation that the service does not have.
func Unknown(operation string) *Error {
	return &Error{
		Code: "UnknownOperationException", QueryCode: "InvalidAction",
		Message: fmt.Sprintf("The operation %q is not supported by the embedded AWS.", operation),
	}
}
