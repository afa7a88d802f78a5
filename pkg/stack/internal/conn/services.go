package conn

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/s3"
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
		"dynamodb": func(ctx context.Context) error {
			_, err := dynamodb.NewFromConfig(cfg).ListTables(ctx, nil)
			return err
		},
		"dynamodbstreams": func(ctx context.Context) error {
			_, err := dynamodbstreams.NewFromConfig(cfg).ListStreams(ctx, nil)
			return err
		},
		"events": func(ctx context.Context) error {
			_, err := eventbridge.NewFromConfig(cfg).ListEventBuses(ctx, nil)
			return err
		},
		"kinesis": func(ctx context.Context) error {
			_, err := kinesis.NewFromConfig(cfg).ListStreams(ctx, nil)
			return err
		},
		"s3": func(ctx context.Context) error {
			_, err := s3.NewFromConfig(cfg).ListBuckets(ctx, nil)
			return err
		},
		"sns": func(ctx context.Context) error {
			_, err := sns.NewFromConfig(cfg).ListTopics(ctx, nil)
			return err
		},
		"sqs": func(ctx context.Context) error {
			_, err := sqs.NewFromConfig(cfg).ListQueues(ctx, nil)
			return err
		},
		"sts": func(ctx context.Context) error {
			_, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, nil)
			return err
		},
	}
}
