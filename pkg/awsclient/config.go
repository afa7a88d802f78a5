package awsclient

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/crashlab/crashlab/pkg/stack"
)

// Config returns the configuration of AWS SDK clients for an endpoint, over a transport. For real AWS, an
// endpoint without a URL, it is the SDK's own from the environment and the user's files, except for a region
// that the endpoint names. If these can't be read, every call fails with that error.
func Config(ctx context.Context, e stack.Endpoint, transport http.RoundTripper) aws.Config {
	cfg := aws.Config{
		Credentials:                 credentials.NewStaticCredentialsProvider(e.AccessKey, e.SecretKey, ""),
		RequestMinCompressSizeBytes: 10240, // the SDK's own default, which it has in no configuration made by hand
	}
	if e.URL == "" {
		cfg = resolve(ctx)
	} else {
		cfg.BaseEndpoint = &e.URL
		cfg.APIOptions = append(cfg.APIOptions, plainHost)
	}
	if e.Region != "" {
		cfg.Region = e.Region
	}
	cfg.HTTPClient = &http.Client{
		Transport:     buffered{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // as in the SDK
	}
	return cfg
}

// plainHost keeps operations from putting a prefix of their own before the host (StartSyncExecution's is "sync-"): an
// emulator has one address for all.
func plainHost(s *middleware.Stack) error {
	return s.Initialize.Add(middleware.InitializeMiddlewareFunc("PlainHost",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
			middleware.InitializeOutput, middleware.Metadata, error,
		) {
			return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
		}), middleware.Before)
}

func resolve(ctx context.Context) aws.Config {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return aws.Config{Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, fmt.Errorf("load AWS configuration: %w", err)
		})}
	}
	return cfg
}
