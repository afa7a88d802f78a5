package sqs

import (
	"net/http"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// modeled is an error of the service's own model. Its old query code has a prefix unless queryCode is given.
func modeled(code, queryCode, format string, args ...any) *api.Error {
	e := api.Errorf(code, format, args...)
	e.QueryCode, e.Namespace = queryCode, "com.amazonaws.sqs"
	return e
}

const oldPrefix = "AWS.SimpleQueueService."

func errNoQueue() *api.Error {
	return modeled("QueueDoesNotExist", oldPrefix+"NonExistentQueue", "The specified queue does not exist.")
}

func errNoResource(format string, args ...any) *api.Error {
	e := modeled("ResourceNotFoundException", "ResourceNotFoundException", format, args...)
	e.Status = http.StatusNotFound
	return e
}

func errHandle(handle string) *api.Error {
	return modeled("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid",
		"The input receipt handle %q is not a valid receipt handle.", handle)
}

func errAttributeName(name string) *api.Error {
	return modeled("InvalidAttributeName", "InvalidAttributeName", "Unknown Attribute %s.", name)
}

func errAttributeValue(name string) *api.Error {
	return modeled("InvalidAttributeValue", "InvalidAttributeValue", "Invalid value for the parameter %s.", name)
}

func errContents() *api.Error {
	return modeled("InvalidMessageContents", "InvalidMessageContents",
		"Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | "+
			"#x10000 to #x10FFFF")
}

// common is an error that all AWS services share.
func common(code, queryCode, format string, args ...any) *api.Error {
	e := api.Errorf(code, format, args...)
	e.QueryCode, e.Namespace = queryCode, "com.amazon.coral.service"
	return e
}

func errParameter(format string, args ...any) *api.Error {
	return common("InvalidParameterValueException", "InvalidParameterValue", format, args...)
}

// errValue is errParameter with a message that gives parameter, value and reason.
func errValue(value any, parameter, reason string) *api.Error {
	return errParameter("Value %v for parameter %s is invalid. Reason: %s", value, parameter, reason)
}

func errMissing(parameter string) *api.Error {
	return common("MissingRequiredParameterException", "MissingParameter", "The request must contain the parameter %s.",
		parameter)
}
