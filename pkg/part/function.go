package part

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/crashlab/crashlab/pkg/awslocal/lambda"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// Function is a Lambda function. Its environments are in one process of the design: they have that instance's clients,
// and end when it crashes. Lambda decides how many there are.
type Function struct {
	Name string // on the stack
	ARN  string // once it is created

	code      Code
	qualifier *string // of the version that is invoked; nil: the latest
}

// Code is what a function does.
type Code struct {
	Timeout time.Duration // of a request, in whole seconds; default 3 s, as on AWS
	// Start is what a new environment does before its first request. Optional.
	Start func(ctx context.Context, i *lab.Instance) error
	// Handle answers a request. Its ctx ends with the request's time. The answer becomes JSON.
	Handle func(ctx context.Context, i *lab.Instance, r *Invocation) (answer any, err error)
}

// Invocation is a request to a function.
type Invocation struct {
	Payload     []byte
	ID          string // of the request; a retry of an event has the same
	Environment string // that runs it, and nothing else meanwhile
}

// NewFunction declares a function and the process of that name which runs it. Options change the request that creates
// it.
func NewFunction(b *lab.Builder, name string, code Code, options ...func(*sdk.CreateFunctionInput)) *Function {
	f := &Function{Name: b.Name(name), code: code}
	p := b.Service(name, f.serve)
	b.Prepare("create function "+name, func(ctx context.Context, i *lab.Instance) error {
		in := &sdk.CreateFunctionInput{
			FunctionName: &f.Name, Role: aws.String("arn:aws:iam::000000000000:role/" + name), Handler: aws.String(name),
			Runtime: types.RuntimeProvidedal2023,
			Code:    &types.FunctionCode{S3Bucket: aws.String(lambda.Served), S3Key: aws.String("http://" + p.Addr())},
		}
		if code.Timeout > 0 {
			in.Timeout = aws.Int32(int32(code.Timeout / time.Second))
		}
		for _, o := range options {
			o(in)
		}
		out, err := i.Lambda().CreateFunction(ctx, in)
		if err == nil {
			f.ARN = *out.FunctionArn
		}
		return err
	})
	return f
}

// Reserve declares the function's reserved concurrency.
func (f *Function) Reserve(b *lab.Builder, n int32) {
	b.Prepare("reserve concurrency of "+f.Name, func(ctx context.Context, i *lab.Instance) error {
		_, err := i.Lambda().PutFunctionConcurrency(ctx, &sdk.PutFunctionConcurrencyInput{
			FunctionName: &f.Name, ReservedConcurrentExecutions: &n,
		})
		return err
	})
}

// Provision declares provisioned concurrency: that many environments have started before there is a request. The
// function is then invoked by its published version.
func (f *Function) Provision(b *lab.Builder, n int32) {
	b.Prepare("provision concurrency of "+f.Name, func(ctx context.Context, i *lab.Instance) error {
		published, err := i.Lambda().PublishVersion(ctx, &sdk.PublishVersionInput{FunctionName: &f.Name})
		if err != nil {
			return err
		}
		f.qualifier = published.Version
		if _, err := i.Lambda().PutProvisionedConcurrencyConfig(ctx, &sdk.PutProvisionedConcurrencyConfigInput{
			FunctionName: &f.Name, Qualifier: f.qualifier, ProvisionedConcurrentExecutions: &n,
		}); err != nil {
			return err
		}
		return lab.Poll(ctx, "it is provisioned", func(ctx context.Context) (bool, error) {
			out, err := i.Lambda().GetProvisionedConcurrencyConfig(ctx, &sdk.GetProvisionedConcurrencyConfigInput{
				FunctionName: &f.Name, Qualifier: f.qualifier,
			})
			return err == nil && out.Status == types.ProvisionedConcurrencyStatusEnumReady, err
		})
	})
}

// From declares an event source mapping: the function gets the queue's messages. Options change its settings. It ends
// before the audits that are declared after it.
func (f *Function) From(b *lab.Builder, q *Queue, options ...func(*sdk.CreateEventSourceMappingInput)) {
	var uuid *string
	b.Prepare("map queue "+q.Name, func(ctx context.Context, i *lab.Instance) error {
		in := &sdk.CreateEventSourceMappingInput{FunctionName: &f.Name, EventSourceArn: &q.arn}
		for _, o := range options {
			o(in)
		}
		out, err := i.Lambda().CreateEventSourceMapping(ctx, in)
		if err == nil {
			uuid = out.UUID
		}
		return err
	})
	b.Audit(func(ctx context.Context, i *lab.Instance) error {
		_, err := i.Lambda().DeleteEventSourceMapping(ctx, &sdk.DeleteEventSourceMappingInput{UUID: uuid})
		return err
	})
}

// FunctionError is the error of a function, as its caller sees it.
type FunctionError struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// Invoke calls the function and waits for its answer. A throttled call is definite.
func (f *Function) Invoke(ctx context.Context, i *lab.Instance, payload any) ([]byte, error) {
	raw, err := json.Marshal(payload)
	if err != nil {
		return nil, load.Definite(err)
	}
	out, err := i.Lambda().Invoke(ctx, &sdk.InvokeInput{FunctionName: &f.Name, Qualifier: f.qualifier, Payload: raw})
	if throttled, ok := errors.AsType[*types.TooManyRequestsException](err); ok {
		return nil, load.Definite(throttled)
	}
	if err != nil {
		return nil, err
	}
	if out.FunctionError != nil {
		failed := &FunctionError{}
		if err := json.Unmarshal(out.Payload, failed); err != nil {
			return nil, fmt.Errorf("read the error of %s: %w", f.Name, err)
		}
		return nil, failed
	}
	return out.Payload, nil
}
