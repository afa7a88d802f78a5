package stepfunctions

import (
	"maps"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// optimized is one of AWS's optimized integrations.
type optimized struct {
	prefix  string // of errors' names: "SQS"
	family  string // the service's name in errors' texts
	general string // the error that has no class of its own

	callback, sync bool // whether it can wait for a task token, or for the end of what it starts

	run func(*call) (any, error)
}

// optimizations are by "service:operation".
var optimizations = map[string]*optimized{
	"lambda:invoke": {"Lambda", "AWSLambda", "AWSLambdaException", true, false, (*call).invokeFunction},
	"sqs:sendMessage": {"SQS", "AmazonSQS", "AmazonSQSException", true, false, passTo("sqs", "SendMessage",
		"MessageBody")},
	"sns:publish": {"SNS", "AmazonSNS", "AmazonSNSException", true, false, passTo("sns", "Publish", "Message")},
	"events:putEvents": {"EventBridge", "AmazonEventBridge", "AmazonEventBridgeException", true, false,
		(*call).putEvents},
	"dynamodb:getItem":    onTable("GetItem"),
	"dynamodb:putItem":    onTable("PutItem"),
	"dynamodb:updateItem": onTable("UpdateItem"),
	"dynamodb:deleteItem": onTable("DeleteItem"),
	"states:startExecution": {"StepFunctions", "AWSStepFunctions", "AWSStepFunctionsException", true, true,
		(*call).startNested},
}

func onTable(operation string) *optimized {
	return &optimized{
		"DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException", false, false, passTo("dynamodb", operation, ""),
	}
}

// passTo calls an operation with the task's parameters as they are. A message that is not a string is sent as its JSON
// text.
func passTo(service, operation, message string) func(*call) (any, error) {
	return func(c *call) (any, error) {
		in, err := c.object()
		if err != nil {
			return nil, err
		}
		var out answer
		if err := c.invoke(service, operation, asText(in, message), &out); err != nil {
			return nil, err
		}
		return withMetadata(out.fields()), nil
	}
}

// asText returns parameters in which one member is a string.
func asText(in map[string]any, name string) map[string]any {
	value, given := in[name]
	if _, isText := value.(string); !given || isText || value == nil {
		return in
	}
	in = maps.Clone(in)
	in[name] = asl.Encode(value)
	return in
}

// withMetadata adds what AWS's optimized integrations tell of the HTTP answer.
func withMetadata(fields map[string]any) map[string]any {
	fields = maps.Clone(fields)
	request := id.UUID()
	fields["SdkHttpMetadata"] = map[string]any{
		"AllHttpHeaders": map[string]any{"x-amzn-RequestId": []any{request}},
		"HttpHeaders":    map[string]any{"x-amzn-RequestId": request},
		"HttpStatusCode": number(200),
	}
	fields["SdkResponseMetadata"] = map[string]any{"RequestId": request}
	return fields
}

// putEvents is events:putEvents. Details are sent as text, and the execution and its machine are among the resources of
// every event. The task fails if the bus refused an entry.
func (c *call) putEvents() (any, error) {
	in, err := c.object()
	if err != nil {
		return nil, err
	}
	in = maps.Clone(in)
	if entries, ok := in["Entries"].([]any); ok {
		sent := make([]any, len(entries))
		for i, entry := range entries {
			sent[i] = entry
			if fields, ok := entry.(map[string]any); ok {
				fields = maps.Clone(asText(fields, "Detail"))
				own, _ := fields["Resources"].([]any)
				fields["Resources"] = append(append([]any{}, own...), c.machine, c.execution)
				sent[i] = fields
			}
		}
		in["Entries"] = sent
	}
	var out answer
	if err := c.invoke("events", "PutEvents", in, &out); err != nil {
		return nil, err
	}
	result := out.fields()
	if failed := result["FailedEntryCount"]; failed != nil && failed != number(0) {
		return nil, &taskError{"EventBridge.FailedEntry", asl.Encode(result)}
	}
	return result, nil
}
