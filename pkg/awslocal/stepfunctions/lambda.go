package stepfunctions

import (
	"encoding/json"

	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// invocation is Lambda's Invoke.
type invocation struct {
	FunctionName   string
	InvocationType string `json:",omitempty"`
	Qualifier      string `json:",omitempty"`
	LogType        string `json:",omitempty"`
	ClientContext  string `json:",omitempty"`
	Payload        []byte `json:",omitempty"`
}

// invoked is its answer.
type invoked struct {
	StatusCode      int
	FunctionError   string
	ExecutedVersion string
	Payload         []byte
}

// function invokes a function by its ARN: the result is what it returns.
func (c *call) function() (any, error) {
	var out invoked
	err := c.invoke("lambda", "Invoke", invocation{FunctionName: c.resource.arn, Payload: []byte(c.text)}, &out)
	if err != nil {
		return nil, err
	}
	return out.result()
}

// result is what the function returned. A function that failed has its error's type as the error's name.
func (o *invoked) result() (any, error) {
	if o.FunctionError != "" {
		var problem struct {
			ErrorType string `json:"errorType"`
		}
		name := "Lambda.Unknown"
		if json.Unmarshal(o.Payload, &problem) == nil && problem.ErrorType != "" {
			name = problem.ErrorType
		}
		return nil, &taskError{name, string(o.Payload)}
	}
	if len(o.Payload) == 0 {
		return map[string]any{}, nil
	}
	value, err := asl.Decode(string(o.Payload))
	if err != nil {
		return string(o.Payload), nil // AWS passes on what is not JSON as a string
	}
	return value, nil
}

// invokeFunction is lambda:invoke: the result has the function's under Payload.
func (c *call) invokeFunction() (any, error) {
	in, err := c.object()
	if err != nil {
		return nil, err
	}
	text := func(name string) string { s, _ := in[name].(string); return s }
	request := invocation{
		FunctionName: text("FunctionName"), InvocationType: text("InvocationType"), Qualifier: text("Qualifier"),
		LogType: text("LogType"), ClientContext: text("ClientContext"),
	}
	if payload, given := in["Payload"]; given {
		request.Payload = []byte(asl.Encode(payload))
	}
	var out invoked
	if err := c.invoke("lambda", "Invoke", request, &out); err != nil {
		return nil, err
	}
	result, err := out.result()
	if err != nil {
		return nil, err
	}
	answer := withMetadata(map[string]any{"Payload": result, "StatusCode": number(out.StatusCode)})
	if out.ExecutedVersion != "" {
		answer["ExecutedVersion"] = out.ExecutedVersion
	}
	return answer, nil
}
