package conn

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/stack"
)

// AskServices makes one call without effect to each service that labs use, all at the same time. It returns
// an error if one is not ready: no answer, or a 5xx. 501 counts as an answer: the emulator does not have that
// service.
//
// LocalStack needs this before any other call. It loads a service's operations at the service's first call,
// and fails a second call meanwhile with 501. DynamoDB and Kinesis are separate servers that start at their
// first call, and fail other calls meanwhile.
func AskServices(ctx context.Context, e stack.Endpoint) error {
	cfg := AWS(ctx, e)
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	defer CloseIdle(cfg)
	var g errgroup.Group
	for service, call := range firstCalls(cfg) {
		g.Go(func() error {
			if err := call(ctx); err != nil && !answered(err) {
				return fmt.Errorf("%s: %w", service, err)
			}
			return nil
		})
	}
	return g.Wait()
}

// answered reports whether a call failed with an answer. Without one its status is 0.
func answered(err error) bool {
	var response *awshttp.ResponseError
	if !errors.As(err, &response) {
		return false
	}
	status := response.HTTPStatusCode()
	return status != 0 && status < http.StatusInternalServerError || status == http.StatusNotImplemented
}

// firstCalls returns a call without effect for each service that the labs use.
func firstCalls(cfg aws.Config) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"dynamodb":        empty(dynamodb.NewFromConfig(cfg).ListTables),
		"dynamodbstreams": empty(dynamodbstreams.NewFromConfig(cfg).ListStreams),
		"events":          empty(eventbridge.NewFromConfig(cfg).ListEventBuses),
		"kinesis":         empty(kinesis.NewFromConfig(cfg).ListStreams),
		"monitoring":      empty(cloudwatch.NewFromConfig(cfg).ListMetrics),
		"s3":              empty(s3.NewFromConfig(cfg).ListBuckets),
		"scheduler":       empty(scheduler.NewFromConfig(cfg).ListScheduleGroups),
		"sns":             empty(sns.NewFromConfig(cfg).ListTopics),
		"sqs":             empty(sqs.NewFromConfig(cfg).ListQueues),
		"states":          empty(sfn.NewFromConfig(cfg).ListStateMachines),
		"sts":             empty(sts.NewFromConfig(cfg).GetCallerIdentity),
	}
}

// empty returns an operation of the SDK as a call with empty input.
func empty[In, Out, Options any](
	operation func(context.Context, *In, ...func(*Options)) (*Out, error),
) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := operation(ctx, new(In))
		return err
	}
}
