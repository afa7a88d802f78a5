// Package conn makes plain clients of a stack, without links or faults, for what works on a stack
// from outside of a run: checking, sweeping and the conformance suite.
package conn

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
)

// AWS returns the SDK's configuration for an endpoint. For real AWS, an endpoint without a URL, it
// is what the SDK finds in the environment and the user's files. Who is done with it calls [CloseIdle].
func AWS(ctx context.Context, e stack.Endpoint) (aws.Config, error) {
	if e.URL == "" {
		cfg, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return aws.Config{}, fmt.Errorf("load AWS configuration: %w", err)
		}
		if e.Region != "" {
			cfg.Region = e.Region
		}
		return cfg, nil
	}
	transport := awshttp.NewBuildableClient().GetTransport()
	transport.DialContext = loopback.Dial
	return aws.Config{
		Region:       e.Region,
		BaseEndpoint: &e.URL,
		HTTPClient: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // as the SDK's own
		},
		Credentials: credentials.NewStaticCredentialsProvider(e.AccessKey, e.SecretKey, ""),
	}, nil
}

// CloseIdle closes the connections that an emulator's configuration keeps for the next request.
func CloseIdle(cfg aws.Config) {
	if c, ok := cfg.HTTPClient.(*http.Client); ok {
		c.CloseIdleConnections()
	}
}
