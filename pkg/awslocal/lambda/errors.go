package lambda

import (
	"fmt"
	"net/http"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const notFoundCode = "ResourceNotFoundException"

func notFound(format string, args ...any) *api.Error {
	return &api.Error{Code: notFoundCode, Status: http.StatusNotFound, Message: fmt.Sprintf(format, args...)}
}

func conflict(format string, args ...any) *api.Error {
	return &api.Error{
		Code: "ResourceConflictException", Status: http.StatusConflict, Message: fmt.Sprintf(format, args...),
	}
}

func invalid(format string, args ...any) *api.Error {
	return api.Errorf("InvalidParameterValueException", format, args...)
}

// constraint is the error of a member that the API's model does not allow.
func constraint(value any, member, must string) *api.Error {
	return api.Errorf("ValidationException",
		"1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: Member must %s", value, member, must)
}

// inRange checks a number that may be missing.
func inRange(value *int, member string, least, most int) error {
	switch {
	case value == nil:
	case *value < least:
		return constraint(*value, member, fmt.Sprintf("have value greater than or equal to %d", least))
	case *value > most:
		return constraint(*value, member, fmt.Sprintf("have value less than or equal to %d", most))
	}
	return nil
}

// throttled is the error of a request for which there is no concurrency.
func throttled(reason string) *api.Error {
	return &api.Error{
		Code: throttledCode, Status: http.StatusTooManyRequests, Message: "Rate Exceeded.",
		Members: map[string]any{"Reason": reason, "Type": "User"},
	}
}

const throttledCode = "TooManyRequestsException"

func tooLarge(limit int, operation string) *api.Error {
	return &api.Error{
		Code: "RequestTooLargeException", Status: http.StatusRequestEntityTooLarge,
		Message: fmt.Sprintf("Request must be smaller than %d bytes for the %s operation", limit, operation),
	}
}
