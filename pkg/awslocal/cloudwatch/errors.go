package cloudwatch

import (
	"fmt"
	"net/http"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// namespace is the prefix of an error's type in CBOR and JSON.
const namespace = "com.amazonaws.cloudwatch"

func fail(shape, code, format string, args ...any) *api.Error {
	return &api.Error{Code: shape, QueryCode: code, Namespace: namespace, Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) *api.Error {
	return fail("InvalidParameterValueException", "InvalidParameterValue", format, args...)
}

func required(parameter string) *api.Error {
	return fail("MissingRequiredParameterException", "MissingParameter", "The parameter %s is required.", parameter)
}

func combination(format string, args ...any) *api.Error {
	return fail("InvalidParameterCombinationException", "InvalidParameterCombination", format, args...)
}

func validation(format string, args ...any) *api.Error {
	return fail("ValidationError", "ValidationError", format, args...)
}

// member is a validation error in the wording that AWS shares between services.
func member(value any, name, constraint string) *api.Error {
	return validation("1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: Member must %s",
		value, name, constraint)
}

func notFound(name string) *api.Error {
	e := fail("ResourceNotFound", "ResourceNotFound", "Unknown alarm %s", name)
	e.Status = http.StatusNotFound
	return e
}

func unknownResource(arn string) *api.Error {
	e := fail("ResourceNotFoundException", "ResourceNotFoundException", "Unknown resource %s", arn)
	e.Status = http.StatusNotFound
	return e
}

func badToken() *api.Error { return fail("InvalidNextToken", "InvalidNextToken", "Invalid next token") }

func exceeded(format string, args ...any) *api.Error {
	return fail("LimitExceededFault", "LimitExceeded", format, args...)
}
