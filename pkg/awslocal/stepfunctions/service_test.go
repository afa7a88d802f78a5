package stepfunctions_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// task is the machine of one task on a resource.
func (f *fixture) task(resource, fields string) string {
	f.t.Helper()
	return f.machine("m", "T", `"T":{"Type":"Task","Resource":"`+resource+`",`+fields+`"End":true}`)
}

// outcome runs a machine once: its output, or its error and cause.
func (f *fixture) outcome(machine, input string) string {
	f.t.Helper()
	x := f.start(machine, "", input)
	var out *sdk.DescribeExecutionOutput
	f.eventually("the end of "+x, func() bool {
		out = must(f.DescribeExecution(ctx, &sdk.DescribeExecutionInput{ExecutionArn: &x}))(f.t)
		return out.Status != types.ExecutionStatusRunning
	})
	if out.Status == types.ExecutionStatusSucceeded {
		return *out.Output
	}
	return str(out.Error) + ": " + str(out.Cause)
}

func failing(e error) func(map[string]any) (any, error) {
	return func(map[string]any) (any, error) { return nil, e }
}

const functionARN = "arn:aws:lambda:us-east-1:000000000000:function:f"

func invoking(functionError, payload string) func(map[string]any) (any, error) {
	return func(map[string]any) (any, error) {
		return struct {
			StatusCode                     int
			FunctionError, ExecutedVersion string
			Payload                        []byte
		}{200, functionError, "$LATEST", []byte(payload)}, nil
	}
}

func TestTasksCallServices(t *testing.T) {
	refused := &api.Error{Code: "ConditionalCheckFailedException", Message: "The conditional request failed"}
	for name, test := range map[string]struct {
		resource, parameters string
		operation            string
		answer               func(map[string]any) (any, error)
		want                 string // begins the outcome
	}{
		"function": {functionARN, ``, "lambda Invoke", invoking("", `{"b":1.50}`), `{"b":1.50}`},
		"function that fails": {functionARN, ``, "lambda Invoke", invoking("Unhandled",
			`{"errorType":"Declined","errorMessage":"no"}`), `Declined: {"errorType":"Declined","errorMessage":"no"}`},
		"function that dies": {functionARN, ``, "lambda Invoke", invoking("Unhandled", `{"errorMessage":"late"}`),
			`Lambda.Unknown: {"errorMessage":"late"}`},
		"throttled function": {functionARN, ``, "lambda Invoke", failing(&api.Error{
			Code: "TooManyRequestsException", Message: "Rate Exceeded.", Status: 429,
		}), `Lambda.TooManyRequestsException: Rate Exceeded. (Service: AWSLambda; Status Code: 429; Error Code: ` +
			`TooManyRequestsException; Request ID: `},
		"lambda:invoke": {"arn:aws:states:::lambda:invoke", `"Parameters":{"FunctionName":"f","Payload.$":"$"},`,
			"lambda Invoke", invoking("", `"x"`), `{"ExecutedVersion":"$LATEST","Payload":"x","SdkHttpMetadata":`},
		"table": {"arn:aws:states:::dynamodb:putItem", `"Parameters":{"TableName":"t","Item":{}},"OutputPath":"$.A",`,
			"dynamodb PutItem", func(map[string]any) (any, error) { return map[string]any{"A": 1}, nil }, `1`},
		"refused write": {"arn:aws:states:::dynamodb:putItem", ``, "dynamodb PutItem", failing(refused),
			`DynamoDB.ConditionalCheckFailedException: The conditional request failed (Service: AmazonDynamoDBv2; ` +
				`Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: `},
		"refused write by SDK": {"arn:aws:states:::aws-sdk:dynamodb:putItem", ``, "dynamodb PutItem", failing(refused),
			`DynamoDb.ConditionalCheckFailedException: The conditional request failed (Service: DynamoDb, Status Code: 400, ` +
				`Request ID: `},
		"invalid write": {"arn:aws:states:::dynamodb:putItem", ``, "dynamodb PutItem",
			failing(api.Errorf("ValidationException", "bad")), `DynamoDB.AmazonDynamoDBException: bad (`},
		"invalid write by SDK": {"arn:aws:states:::aws-sdk:dynamodb:putItem", ``, "dynamodb PutItem",
			failing(api.Errorf("ValidationException", "bad")), `DynamoDb.DynamoDbException: bad (`},
		"no queue by SDK": {"arn:aws:states:::aws-sdk:sqs:sendMessage", ``, "sqs SendMessage",
			failing(api.Errorf("QueueDoesNotExist", "none")), `Sqs.QueueDoesNotExistException: none (Service: Sqs`},
		"message by SDK": {"arn:aws:states:::aws-sdk:sqs:sendMessage", `"Parameters":{"MessageBody":{"a":1}},`,
			"sqs SendMessage", func(in map[string]any) (any, error) {
				return map[string]any{"MD5OfMessageBody": in["MessageBody"]}, nil
			}, `{"Md5OfMessageBody":"{\"a\":1}"}`},
		"no topic": {"arn:aws:states:::sns:publish", ``, "sns Publish",
			failing(&api.Error{Code: "NotFoundException", QueryCode: "NotFound", Message: "Topic does not exist", Status: 404}),
			`SNS.NotFoundException: Topic does not exist (Service: AmazonSNS; Status Code: 404; Error Code: NotFound; `},
		"unreachable": {"arn:aws:states:::sqs:sendMessage", ``, "sqs SendMessage", failing(errors.New("refused")),
			`SQS.SdkClientException: Unable to execute HTTP request: refused`},
		"events": {"arn:aws:states:::events:putEvents",
			`"Parameters":{"Entries":[{"Detail":{"a":1},"Resources":["r"]}]},"ResultSelector":{"e.$":"$.Entries[0]"},`,
			"events PutEvents", func(in map[string]any) (any, error) {
				in["FailedEntryCount"] = 0
				return in, nil
			}, `{"e":{"Detail":"{\"a\":1}","Resources":["r","arn:aws:states:us-east-1:000000000000:stateMachine:m",` +
				`"arn:aws:states:us-east-1:000000000000:execution:m:`},
		"refused event": {"arn:aws:states:::events:putEvents", ``, "events PutEvents", func(map[string]any) (any, error) {
			return map[string]any{"FailedEntryCount": 1, "Entries": []any{}}, nil
		}, `EventBridge.FailedEntry: {"Entries":[],"FailedEntryCount":1}`},
		"own API": {"arn:aws:states:::aws-sdk:sfn:describeStateMachine",
			`"Parameters":{"StateMachineArn.$":"$$.StateMachine.Id"},"OutputPath":"$.Name",`, "", nil, `"m"`},
		"own API, refused": {"arn:aws:states:::aws-sdk:sfn:sendTaskSuccess",
			`"Parameters":{"TaskToken":"NoSuchTaskToken","Output":"1"},`, "", nil,
			`Sfn.InvalidTokenException: Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: `},
		"too large": {functionARN, ``, "lambda Invoke", invoking("", `"`+strings.Repeat("x", 300_000)+`"`),
			`States.DataLimitExceeded: The state/task '` + functionARN + `' returned a result with a size exceeding the ` +
				`maximum number of bytes service limit.`},
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t, others{test.operation: test.answer})
			if got := f.outcome(f.task(test.resource, test.parameters), `{}`); !strings.HasPrefix(got, test.want) {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}

func TestAFunctionGetsTheInput(t *testing.T) {
	got := make(chan string, 1)
	f := start(t, others{"lambda Invoke": func(in map[string]any) (any, error) {
		got <- fmt.Sprint(in["FunctionName"], in["Payload"])
		return invoking("", `1`)(in)
	}})
	m := f.task(functionARN, "")
	x := f.start(m, "", `{"a":1}`)
	f.end(x, types.ExecutionStatusSucceeded)
	if in := <-got; in != functionARN+"eyJhIjoxfQ==" {
		t.Errorf("%s", in)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 TaskStateEntered
		3<2 LambdaFunctionScheduled
		4<3 LambdaFunctionStarted
		5<4 LambdaFunctionSucceeded
		6<5 TaskStateExited
		7<6 ExecutionSucceeded`)
}

func TestATaskThatTakesTooLongIsLeftAlone(t *testing.T) {
	release, returned := make(chan struct{}), make(chan struct{})
	f := start(t, others{"lambda Invoke": func(in map[string]any) (any, error) {
		<-release
		defer close(returned)
		return invoking("", `1`)(in)
	}})
	x := f.start(f.task(functionARN, `"TimeoutSeconds":5,`), "", `{}`)
	f.wait(1, 5*time.Second)
	f.end(x, types.ExecutionStatusFailed)
	close(release)
	<-returned
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 TaskStateEntered
		3<2 LambdaFunctionScheduled
		4<3 LambdaFunctionStarted
		5<4 LambdaFunctionTimedOut
		6<5 ExecutionFailed`)
}

func TestACallbackEndsATask(t *testing.T) {
	tokens := make(chan string, 1)
	f := start(t, others{"sqs SendMessage": func(in map[string]any) (any, error) {
		tokens <- fmt.Sprint(in["MessageBody"])
		return map[string]any{"MessageId": "1"}, nil
	}})
	m := f.task("arn:aws:states:::sqs:sendMessage.waitForTaskToken",
		`"Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"},"HeartbeatSeconds":10,`)
	x := f.start(m, "", `{}`)
	token := <-tokens
	f.reaches(x, "TaskSubmitted")
	f.succeed(token, `{"done":true}`)
	if out := f.end(x, types.ExecutionStatusSucceeded); *out.Output != `{"done":true}` {
		t.Errorf("output %s", *out.Output)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 TaskStateEntered
		3<2 TaskScheduled
		4<3 TaskStarted
		5<4 TaskSubmitted
		6<5 TaskSucceeded
		7<6 TaskStateExited
		8<7 ExecutionSucceeded`)
	d := f.events(x)[2].TaskScheduledEventDetails
	if *d.Resource != "sendMessage.waitForTaskToken" || *d.ResourceType != "sqs" || *d.Region != "us-east-1" ||
		*d.HeartbeatInSeconds != 10 || !strings.Contains(*d.Parameters, token) {
		t.Errorf("scheduled %+v", d)
	}

	late := f.start(m, "", `{}`)
	<-tokens
	f.reaches(late, "TaskSubmitted")
	f.wait(1, 10*time.Second)
	f.end(late, types.ExecutionStatusFailed)
	f.reaches(late, "ExecutionFailed")
}

func TestAMachineRunsAnother(t *testing.T) {
	f := start(t, nil)
	f.machine("inner", "A", `"A":{"Type":"Choice","Choices":[{"Variable":"$.bad","IsPresent":true,"Next":"F"}],
		"Default":"P"},"F":{"Type":"Fail","Error":"E","Cause":"C"},"P":{"Type":"Pass","Result":{"x":1},"End":true}`)
	const inner = `"StateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:inner"`
	for resource, want := range map[string]string{
		"startExecution.sync":   `"{\"x\":1}"`,
		"startExecution.sync:2": `{"x":1}`,
	} {
		m := f.machine("outer"+resource[len(resource)-1:], "T", `"T":{"Type":"Task","End":true,"OutputPath":"$.Output",
			"Resource":"arn:aws:states:::states:`+resource+`","Parameters":{`+inner+`,"Input":{"a":1}}}`)
		if got := f.outcome(m, `{}`); got != want {
			t.Errorf("%s: %s", resource, got)
		}
	}
	m := f.machine("failing", "T", `"T":{"Type":"Task","End":true,
		"Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{`+inner+`,"Input":{"bad":1}}}`)
	failed := `States.TaskFailed: {"Cause":"C","Error":"E","ExecutionArn":"arn:`
	if got := f.outcome(m, `{}`); !strings.HasPrefix(got, failed) {
		t.Errorf("%s", got)
	}
	none := f.machine("none", "T", `"T":{"Type":"Task","End":true,"Resource":"arn:aws:states:::states:startExecution",
		"Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:nope"}}`)
	if got := f.outcome(none, `{}`); !strings.HasPrefix(got, "StepFunctions.StateMachineDoesNotExistException: State "+
		"Machine Does Not Exist: 'arn:aws:states:us-east-1:000000000000:stateMachine:nope' (Service: AWSStepFunctions; ") {
		t.Errorf("%s", got)
	}
}

func TestAStoppedMachineStopsTheOneThatItWaitsFor(t *testing.T) {
	f := start(t, nil)
	f.machine("inner", "W", `"W":{"Type":"Wait","Seconds":100,"End":true}`)
	m := f.task("arn:aws:states:::states:startExecution.sync",
		`"Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:inner","Name":"child"},`)
	x := f.start(m, "", `{}`)
	f.reaches(x, "TaskSubmitted")
	must(f.StopExecution(ctx, &sdk.StopExecutionInput{ExecutionArn: &x}))(t)
	f.end("arn:aws:states:us-east-1:000000000000:execution:inner:child", types.ExecutionStatusAborted)
}

func TestUnknownResourcesAreRefused(t *testing.T) {
	f := start(t, nil)
	for _, resource := range []string{
		"arn:aws:states:::dynamodb:query", "arn:aws:states:::sqs:sendMessage.sync", "arn:aws:states:::aws-sdk:ec2:stop",
		"arn:aws:states:::dynamodb:putItem.waitForTaskToken",
	} {
		_, err := f.CreateStateMachine(ctx, &sdk.CreateStateMachineInput{
			Name: ptr("m"), RoleArn: ptr(role),
			Definition: ptr(`{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"` + resource + `","End":true}}}`),
		})
		wantError(t, err, "InvalidDefinition", "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource "+
			"provided "+resource+" is not recognized. The value is not a valid resource ARN, or the resource is not available "+
			"in this region. at /States/T/Resource'")
	}
}
