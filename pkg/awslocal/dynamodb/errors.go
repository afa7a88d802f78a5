package dynamodb

import (
	"errors"
	"fmt"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// The prefixes of "__type" in AWS's answers: the service's own errors, and its framework's.
const (
	namespaceService    = "com.amazonaws.dynamodb.v20120810"
	namespaceValidation = "com.amazon.coral.validate"
	namespaceThrottling = "com.amazon.coral.availability"
)

func serviceError(code, format string, args ...any) *api.Error {
	return &api.Error{Code: code, Namespace: namespaceService, Message: fmt.Sprintf(format, args...)}
}

func validationError(format string, args ...any) *api.Error {
	return &api.Error{Code: "ValidationException", Namespace: namespaceValidation, Message: fmt.Sprintf(format, args...)}
}

// invalidParameters is the ValidationException of most checks across members.
func invalidParameters(format string, args ...any) *api.Error {
	return validationError("One or more parameter values were invalid: "+format, args...)
}

// rejected turns an error of the packages attr and expr, which has AWS's message, into an answer. An answer
// is returned as it is.
func rejected(err error) error {
	var answer *api.Error
	if errors.As(err, &answer) {
		return answer
	}
	return validationError("%s", err)
}

// errNoTable is the answer of the item operations; the table operations name the table.
func errNoTable() *api.Error {
	return serviceError("ResourceNotFoundException", "Requested resource not found")
}

func errNoNamedTable(name string) *api.Error {
	return serviceError("ResourceNotFoundException", "Requested resource not found: Table: %s not found", name)
}

// errCondition is the answer to a write whose condition does not hold. It contains the current item if the
// request asked for it.
func errCondition(item attr.Map) *api.Error {
	err := serviceError("ConditionalCheckFailedException", "The conditional request failed")
	if item != nil {
		err.Members = map[string]any{"Item": item}
	}
	return err
}

// isCondition reports whether an error says that a condition does not hold.
func isCondition(err error) bool {
	var answer *api.Error
	return errors.As(err, &answer) && answer.Code == "ConditionalCheckFailedException"
}
