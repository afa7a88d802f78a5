package containers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

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
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// awsLazy is how long we wait for the services that start at their first call. An emulator that fails
// what it does not have is taken as ready then.
const awsLazy = 30 * time.Second

// awsReady is LocalStack's health page, then one answer of each service. LocalStack makes a service's
// operations known at its first call and fails a second one that comes at the same time (501), and
// DynamoDB and Kinesis are servers of their own that start then. So each gets its first call here, alone.
// Emulators without a health page count as healthy when they answer at all.
func awsReady(addr string) readiness {
	var healthy time.Time // since when; zero while it is not
	return func(ctx context.Context) error {
		if err := askHealth(ctx, "http://"+addr); err != nil {
			healthy = time.Time{}
			return err
		}
		if healthy.IsZero() {
			healthy = time.Now()
		}
		if err := askServices(ctx, awsEndpoint(addr)); err != nil && time.Since(healthy) < awsLazy {
			return err
		}
		return nil
	}
}

// awsEndpoint is how LocalStack at an address is called. It takes any key.
func awsEndpoint(addr string) stack.Endpoint {
	return stack.Endpoint{URL: "http://" + addr, Region: "us-east-1", AccessKey: "test", SecretKey: "test"}
}

// askHealth fails while the health page does not answer, or answers with a server's error.
func askHealth(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/_localstack/health", nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		err = fmt.Errorf("its health page says %d", resp.StatusCode)
	}
	return errors.Join(err, resp.Body.Close())
}

// askServices calls each service once, all at the same time. A server's error says that a service is
// not ready, but for 501: so answers an emulator that does not have it.
func askServices(ctx context.Context, e stack.Endpoint) error {
	cfg := conn.AWS(ctx, e)
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	defer conn.CloseIdle(cfg)
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

// answered says whether a call failed with an answer. Without one its status is 0.
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
