// Package awstest starts an embedded AWS for tests and configures SDK clients for it.
package awstest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
)

// Start starts an embedded AWS that ends with the test.
func Start(t testing.TB, cfg awslocal.Config) *awslocal.Server {
	t.Helper()
	s, err := awslocal.Start(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// Config configures a client of the server: it tries once, and leaves no idle connection after the test.
func Config(t testing.TB, s *awslocal.Server) aws.Config {
	transport := &http.Transport{DialContext: loopback.Dial, MaxIdleConnsPerHost: 256}
	t.Cleanup(transport.CloseIdleConnections)
	cfg := awsclient.Config(t.Context(),
		stack.Endpoint{URL: s.URL(), Region: "us-east-1", AccessKey: "test", SecretKey: "test"}, transport)
	cfg.RetryMaxAttempts = 1
	return cfg
}

// Call calls an operation of a service directly, without an endpoint, and returns its answer.
func Call(ctx context.Context, s api.Service, operation string, in any) (answer map[string]any, err error) {
	raw, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	out, err := s.Call(ctx, &api.Request{
		Operation: operation, Region: "us-east-1", Account: "000000000000", Endpoint: "http://aws",
		Decode: func(v any) error { return json.Unmarshal(raw, v) },
	})
	if err != nil {
		return nil, err
	}
	if raw, err = json.Marshal(out); err != nil {
		return nil, err
	}
	return answer, json.Unmarshal(raw, &answer)
}

// Code returns an error's code as clients branch on it; "" for no error.
func Code(err error) string {
	if coded, ok := errors.AsType[smithy.APIError](err); ok {
		return coded.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// Attrs makes attributes, or tags, of name, value, name, value …
func Attrs(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}
