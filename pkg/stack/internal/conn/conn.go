// Package conn makes plain clients of a stack, without links or faults. They are for work outside of a run:
// checks, sweeps and the conformance suite.
package conn

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
)

// AWS returns the SDK's configuration for an endpoint, over the SDK's own transport. Call [CloseIdle] after
// the last use.
func AWS(ctx context.Context, e stack.Endpoint) aws.Config {
	transport := awshttp.NewBuildableClient().GetTransport()
	transport.DialContext = loopback.Dial
	return awsclient.Config(ctx, e, transport)
}

// CloseIdle closes the idle connections of a configuration.
func CloseIdle(cfg aws.Config) {
	if c, ok := cfg.HTTPClient.(*http.Client); ok {
		c.CloseIdleConnections()
	}
}
