package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// call is a task's request to a service. It runs without the service's lock.
type call struct {
	service            *Service
	ctx                context.Context
	scope              api.Scope
	resource           *resource
	input              any
	text               string
	execution, machine string // ARNs

	started string // the execution that startExecution started
}

// taskError is an error that has its name in the language already.
type taskError struct{ name, cause string }

func (e *taskError) Error() string { return e.name + ": " + e.cause }

var errNoCaller = errors.New("no way to reach other services was configured")

// run calls the service and returns the task's result.
func (c *call) run() (any, error) {
	switch {
	case c.resource.kind == lambdaTask:
		return c.function()
	case c.resource.sdk != nil:
		return c.viaSDK()
	}
	return c.resource.optimized.run(c)
}

// invoke calls another service's operation and decodes its answer. A call to Step Functions stays here.
func (c *call) invoke(service, operation string, in any, out any) error {
	ctx := api.WithScope(c.ctx, c.scope)
	if service == "states" {
		return c.service.own(ctx, c.scope, operation, in, out)
	}
	if c.service.caller == nil {
		return errNoCaller
	}
	return c.service.caller.Invoke(ctx, service, operation, in, out)
}

// own answers a task's call to Step Functions itself.
func (s *Service) own(ctx context.Context, scope api.Scope, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	answer, err := s.self.Call(ctx, &api.Request{
		Operation: operation, Region: scope.Region, Account: scope.Account,
		Decode: func(v any) error {
			if err := json.Unmarshal(body, v); err != nil {
				return api.Errorf("SerializationException", "%s", err.Error())
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	if body, err = json.Marshal(answer); err != nil {
		return err
	}
	return json.Unmarshal(body, out)
}

// answer is a service's answer as a value of the language.
type answer struct{ value any }

// UnmarshalJSON keeps the text of numbers.
func (a *answer) UnmarshalJSON(text []byte) (err error) {
	a.value, err = asl.Decode(string(text))
	return err
}

// fields are the answer's members; an empty answer has none.
func (a *answer) fields() map[string]any {
	if object, ok := a.value.(map[string]any); ok {
		return object
	}
	return map[string]any{}
}

// object is the task's parameters, which have to be an object.
func (c *call) object() (map[string]any, error) {
	if object, ok := c.input.(map[string]any); ok {
		return object, nil
	}
	return nil, &taskError{asl.ErrRuntime, "The Parameters of '" + c.resource.arn + "' must be an object."}
}

// nameOf is an error's name and cause as Step Functions reports them for a resource. AWS's optimized integrations are
// made with one generation of its SDK, aws-sdk with another: their names and texts differ.
func nameOf(err error, r *resource) (name, cause string) {
	var known *taskError
	if errors.As(err, &known) {
		return known.name, known.cause
	}
	prefix, family, general := "Lambda", "AWSLambda", "AWSLambdaException"
	switch {
	case r.sdk != nil:
		prefix, family, general = r.sdk.name, r.sdk.name, r.sdk.name+"Exception"
	case r.optimized != nil:
		prefix, family, general = r.optimized.prefix, r.optimized.family, r.optimized.general
	}
	var e *api.Error
	if !errors.As(err, &e) {
		return prefix + ".SdkClientException", "Unable to execute HTTP request: " + err.Error()
	}
	name = prefix + "." + general
	if modeled(e) {
		name = prefix + "." + exception(e.Code)
	}
	status := statusText(e.HTTPStatus())
	if r.sdk != nil {
		return name, e.Message + " (Service: " + family + ", Status Code: " + status + ", Request ID: " + id.UUID() + ")"
	}
	code := e.QueryCode
	if code == "" {
		code = e.Code
	}
	return name, e.Message + " (Service: " + family + "; Status Code: " + status + "; Error Code: " + code +
		"; Request ID: " + id.UUID() + "; Proxy: null)"
}

func statusText(status int) string {
	digits := []byte{byte('0' + status/100%10), byte('0' + status/10%10), byte('0' + status%10)}
	return string(digits)
}

// modeled reports whether SDKs have a class of its own for an error. For what any service may answer they have the
// service's general one.
func modeled(e *api.Error) bool {
	switch e.Code {
	case "ValidationException", "ValidationError", "SerializationException", "UnknownOperationException",
		"InternalFailure", "InvalidAction", "MissingParameter", "InvalidParameterValue", "MalformedInput",
		"AccessDeniedException",
		"MissingRequiredParameter":
		return false
	}
	return e.HTTPStatus() < http.StatusInternalServerError || !strings.HasSuffix(e.Code, "Failure")
}

// exception is the class that SDKs have for a code.
func exception(code string) string {
	code = code[strings.LastIndexByte(code, '.')+1:]
	if strings.HasSuffix(code, "Exception") {
		return code
	}
	return code + "Exception"
}

// upper makes an operation's or a member's name of what Step Functions and its API begin in lower case.
func upper(name string) string {
	if name == "" {
		return ""
	}
	return string(unicode.ToUpper(rune(name[0]))) + name[1:]
}
