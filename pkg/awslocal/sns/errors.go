package sns

import (
	"net/http"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

func errParameter(format string, args ...any) *api.Error {
	e := api.Errorf("InvalidParameterException", "Invalid parameter: "+format, args...)
	e.QueryCode = "InvalidParameter"
	return e
}

// errValue is the error for message attributes, which has its own code.
func errValue(format string, args ...any) *api.Error {
	e := api.Errorf("InvalidParameterValueException", format, args...)
	e.QueryCode = "ParameterValueInvalid"
	return e
}

func errNotFound(what string) *api.Error {
	return &api.Error{
		Code: "NotFoundException", QueryCode: "NotFound", Message: what + " does not exist", Status: http.StatusNotFound,
	}
}

func errNoResource() *api.Error {
	return &api.Error{
		Code: "ResourceNotFoundException", QueryCode: "ResourceNotFound", Message: "Resource does not exist",
		Status: http.StatusNotFound,
	}
}

// errBatch is an error of PublishBatch as a whole.
func errBatch(code, message string) *api.Error {
	e := api.Errorf(code+"Exception", "%s", message)
	e.QueryCode = code
	return e
}
