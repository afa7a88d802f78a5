package stepfunctions

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// sdkService is a service that aws-sdk integrations reach.
type sdkService struct {
	name   string // in errors: "DynamoDb"
	target string // the endpoint's
	lower  bool   // its API's members begin in lower case, and its results are given with upper case
}

// sdkServices are by their names in resources.
var sdkServices = map[string]*sdkService{
	"cloudwatch":      {name: "CloudWatch", target: "monitoring"},
	"dynamodb":        {name: "DynamoDb", target: "dynamodb"},
	"dynamodbstreams": {name: "DynamoDbStreams", target: "dynamodbstreams"},
	"eventbridge":     {name: "EventBridge", target: "events"},
	"kinesis":         {name: "Kinesis", target: "kinesis"},
	"lambda":          {name: "Lambda", target: "lambda"},
	"scheduler":       {name: "Scheduler", target: "scheduler"},
	"sfn":             {name: "Sfn", target: "states", lower: true},
	"sns":             {name: "Sns", target: "sns"},
	"sqs":             {name: "Sqs", target: "sqs"},
	"sts":             {name: "Sts", target: "sts"},
}

// texts are the members that take a string and are given JSON.
var texts = map[string]string{
	"sqs:SendMessage": "MessageBody", "sns:Publish": "Message", "states:StartExecution": "Input",
	"states:StartSyncExecution": "Input", "states:SendTaskSuccess": "Output",
}

// viaSDK calls any operation of a service. Names of parameters and of the answer are the API's.
func (c *call) viaSDK() (any, error) {
	in, err := c.object()
	if err != nil {
		return nil, err
	}
	service, operation := c.resource.sdk, upper(c.resource.operation)
	switch {
	case service.target == "lambda" && operation == "Invoke":
		return c.invokeBySDK()
	case service.target == "kinesis" && operation == "PutRecord":
		in = withBlob(in, "Data")
	}
	var out answer
	if err := c.invoke(service.target, operation, asText(in, texts[service.target+":"+operation]), &out); err != nil {
		return nil, err
	}
	result := out.fields()
	if service.lower {
		return raised(result), nil
	}
	if service.target == "sqs" {
		return renamed(result), nil
	}
	return result, nil
}

// invokeBySDK is aws-sdk:lambda:invoke, whose Payload is text, and an error of the function a result.
func (c *call) invokeBySDK() (any, error) {
	in, err := c.object()
	if err != nil {
		return nil, err
	}
	var out invoked
	if err := c.invoke("lambda", "Invoke", withBlob(in, "Payload"), &out); err != nil {
		return nil, err
	}
	result := map[string]any{"StatusCode": number(out.StatusCode), "Payload": string(out.Payload)}
	if out.FunctionError != "" {
		result["FunctionError"] = out.FunctionError
	}
	if out.ExecutedVersion != "" {
		result["ExecutedVersion"] = out.ExecutedVersion
	}
	return result, nil
}

// withBlob makes bytes of a member that is text, or JSON.
func withBlob(in map[string]any, name string) map[string]any {
	in = asText(in, name)
	out := make(map[string]any, len(in))
	for k, v := range in {
		out[k] = v
	}
	if text, ok := in[name].(string); ok {
		out[name] = []byte(text)
	}
	return out
}

// raised writes the names of members with an upper case letter at the beginning, as Step Functions gives them.
func raised(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[upper(name)] = raised(member)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = raised(element)
		}
		return out
	}
	return v
}

// renamed writes SQS's MD5 members as the SDK does.
func renamed(fields map[string]any) map[string]any {
	out := make(map[string]any, len(fields))
	for name, v := range fields {
		if rest, ok := strings.CutPrefix(name, "MD5"); ok {
			name = "Md5" + rest
		}
		out[name] = v
	}
	return out
}

// heartbeatError is the name of the error of a task that owes a heartbeat: States.Timeout, or
// States.HeartbeatTimeout if the state asks for that.
func heartbeatError(s *asl.State) string {
	for _, r := range s.Retry {
		for _, name := range r.ErrorEquals {
			if name == asl.ErrHeartbeatTimeout {
				return name
			}
		}
	}
	for _, c := range s.Catch {
		for _, name := range c.ErrorEquals {
			if name == asl.ErrHeartbeatTimeout {
				return name
			}
		}
	}
	return asl.ErrTimeout
}
