package conformance

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	served "github.com/crashlab/crashlab/pkg/awslocal/lambda"
)

// lambdaFunction is a function that a server of the test runs. It answers with its payload, and fails if that has the
// word fail in it.
type lambdaFunction struct {
	name string

	mu   sync.Mutex
	seen []string // payloads
}

func (f *lambdaFunction) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/invocations") {
		return // an environment begins or ends
	}
	payload, _ := io.ReadAll(r.Body) // a caller that leaves sees no answer
	f.mu.Lock()
	f.seen = append(f.seen, string(payload))
	f.mu.Unlock()
	if strings.Contains(string(payload), "fail") {
		w.Header().Set(served.ErrorTypeHeader, "Refused")
		w.WriteHeader(http.StatusInternalServerError)
		payload = []byte(`{"errorType":"Refused","errorMessage":"no"}`)
	}
	_, _ = w.Write(payload)
}

// payloads are those so far, in their order.
func (f *lambdaFunction) payloads() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.seen, "\n")
}

// function makes a function.
func (e *Env) function(t *testing.T) *lambdaFunction {
	t.Helper()
	f := &lambdaFunction{name: e.Name()}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	ok(e.Lambda.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: &f.name, Role: str("arn:aws:iam::000000000000:role/crashlab-conformance"), Handler: str("main"),
		Runtime: types.RuntimeProvidedal2023,
		Code:    &types.FunctionCode{S3Bucket: str(served.Served), S3Key: &server.URL},
	}))(t)
	return f
}

// mapping makes an event source mapping, which ends with the case.
func (e *Env) mapping(t *testing.T, in *lambda.CreateEventSourceMappingInput) {
	t.Helper()
	made := ok(e.Lambda.CreateEventSourceMapping(t.Context(), in))(t)
	t.Cleanup(func() {
		// The case's context has ended. The sweep tells if the mapping stays.
		_, _ = e.Lambda.DeleteEventSourceMapping(context.WithoutCancel(t.Context()),
			&lambda.DeleteEventSourceMappingInput{UUID: made.UUID})
	})
}

var lambdaFunctions = []Case{
	{"a function is described as it was made", func(t *testing.T, e *Env) {
		f := e.function(t)
		out := ok(e.Lambda.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{
			FunctionName: &f.name,
		}))(t)
		equal(t, "handler", *out.Handler, "main")
		equal(t, "timeout", *out.Timeout, 3)
		equal(t, "memory", *out.MemorySize, 128)
		equal(t, "state", out.State, types.StateActive)
	}},
	{"a second function of a name is ResourceConflictException", func(t *testing.T, e *Env) {
		f := e.function(t)
		fails1(e.Lambda.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
			FunctionName: &f.name, Role: str("arn:aws:iam::000000000000:role/crashlab-conformance"), Handler: str("main"),
			Runtime: types.RuntimeProvidedal2023,
			Code:    &types.FunctionCode{S3Bucket: str(served.Served), S3Key: str("http://127.0.0.1:1")},
		}))(t, "ResourceConflictException")
	}},
	{"the answer is the function's", func(t *testing.T, e *Env) {
		f := e.function(t)
		out := ok(e.Lambda.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &f.name, Payload: []byte(`{"n":1}`)}))(t)
		equal(t, "payload", string(out.Payload), `{"n":1}`)
		equal(t, "error", aws.ToString(out.FunctionError), "")
		equal(t, "version", *out.ExecutedVersion, "$LATEST")
	}},
	{"the error of a function is Unhandled", func(t *testing.T, e *Env) {
		f := e.function(t)
		out := ok(e.Lambda.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &f.name, Payload: []byte(`"fail"`)}))(t)
		equal(t, "error", aws.ToString(out.FunctionError), "Unhandled")
		equal(t, "status", out.StatusCode, 200)
	}},
	{"a missing function is ResourceNotFoundException", func(t *testing.T, e *Env) {
		fails1(e.Lambda.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: str(e.Name())}))(t,
			"ResourceNotFoundException")
	}},
	{"a function without concurrency is TooManyRequestsException", func(t *testing.T, e *Env) {
		f := e.function(t)
		ok(e.Lambda.PutFunctionConcurrency(t.Context(), &lambda.PutFunctionConcurrencyInput{
			FunctionName: &f.name, ReservedConcurrentExecutions: aws.Int32(0),
		}))(t)
		fails1(e.Lambda.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &f.name}, func(o *lambda.Options) {
			o.RetryMaxAttempts = 1
		}))(t, "TooManyRequestsException")
	}},
	{"an event is handled later", func(t *testing.T, e *Env) {
		f := e.function(t)
		out := ok(e.Lambda.Invoke(t.Context(), &lambda.InvokeInput{
			FunctionName: &f.name, Payload: []byte(`"event"`), InvocationType: types.InvocationTypeEvent,
		}))(t)
		equal(t, "status", out.StatusCode, 202)
		eventually(t, "the function has it", func() bool { return f.payloads() == `"event"` })
	}},
}

var lambdaMappings = []Case{
	{"a queue's messages are deleted when they are handled", func(t *testing.T, e *Env) {
		f, queue := e.function(t), e.queue(t, nil)
		e.mapping(t, &lambda.CreateEventSourceMappingInput{FunctionName: &f.name, EventSourceArn: str(e.arn(t, queue))})
		e.send(t, queue, "hello")
		eventually(t, "the function has it", func() bool { return strings.Contains(f.payloads(), `"body":"hello"`) })
		eventually(t, "the queue is empty", func() bool {
			return e.attribute(t, queue, "ApproximateNumberOfMessagesNotVisible") == "0"
		})
	}},
	{"a message that no filter passes is deleted", func(t *testing.T, e *Env) {
		f, queue := e.function(t), e.queue(t, nil)
		e.mapping(t, &lambda.CreateEventSourceMappingInput{
			FunctionName: &f.name, EventSourceArn: str(e.arn(t, queue)),
			FilterCriteria: &types.FilterCriteria{Filters: []types.Filter{{Pattern: str(`{"body":{"n":[1]}}`)}}},
		})
		e.send(t, queue, `{"n":2}`, `plain`, `{"n":1}`)
		eventually(t, "the function has one", func() bool { return strings.Contains(f.payloads(), `{\"n\":1}`) })
		eventually(t, "the queue is empty", func() bool {
			return e.attribute(t, queue, "ApproximateNumberOfMessages") == "0" &&
				e.attribute(t, queue, "ApproximateNumberOfMessagesNotVisible") == "0"
		})
		equal(t, "others", strings.Contains(f.payloads(), "plain") || strings.Contains(f.payloads(), `{\"n\":2}`), false)
	}},
	{"a filter that is no pattern is InvalidParameterValueException", func(t *testing.T, e *Env) {
		f, queue := e.function(t), e.queue(t, nil)
		fails1(e.Lambda.CreateEventSourceMapping(t.Context(), &lambda.CreateEventSourceMappingInput{
			FunctionName: &f.name, EventSourceArn: str(e.arn(t, queue)),
			FilterCriteria: &types.FilterCriteria{Filters: []types.Filter{{Pattern: str(`{"body":"x"}`)}}},
		}))(t, "InvalidParameterValueException")
	}},
	{"a stream's records keep their order", func(t *testing.T, e *Env) {
		f, stream := e.function(t), e.stream(t, 1)
		for _, data := range []string{"one", "two", "three"} {
			ok(e.Kine.PutRecord(t.Context(), &kinesis.PutRecordInput{
				StreamName: &stream, PartitionKey: str(data), Data: []byte(data),
			}))(t)
		}
		arn := ok(e.Kine.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{
			StreamName: &stream,
		}))(t).StreamDescriptionSummary.StreamARN
		e.mapping(t, &lambda.CreateEventSourceMappingInput{
			FunctionName: &f.name, EventSourceArn: arn, StartingPosition: types.EventSourcePositionTrimHorizon,
			BatchSize: aws.Int32(2),
		})
		eventually(t, "the function has all", func() bool {
			all := f.payloads()
			one, two := strings.Index(all, `"partitionKey":"one"`), strings.Index(all, `"partitionKey":"two"`)
			return one >= 0 && one < two && two < strings.Index(all, `"partitionKey":"three"`)
		})
	}},
	{"a mapping of a stream needs a position", func(t *testing.T, e *Env) {
		f, stream := e.function(t), e.stream(t, 1)
		arn := ok(e.Kine.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{
			StreamName: &stream,
		}))(t).StreamDescriptionSummary.StreamARN
		fails1(e.Lambda.CreateEventSourceMapping(t.Context(), &lambda.CreateEventSourceMappingInput{
			FunctionName: &f.name, EventSourceArn: arn,
		}))(t, "ValidationException", "InvalidParameterValueException")
	}},
}
