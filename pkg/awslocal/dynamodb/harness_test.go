package dynamodb_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start serves the service over HTTP, as thin as the protocol allows, and returns its URL.
func start(t testing.TB, cfg dynamodb.Config) string {
	t.Helper()
	service := dynamodb.New(cfg)
	targets := map[string]api.Service{"DynamoDB_20120810": service, "DynamoDBStreams_20120810": service.Streams()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		target, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		answer, err := targets[target].Call(r.Context(), &api.Request{
			Operation: operation, Region: "us-east-1", Account: "000000000000",
			Decode: func(v any) error {
				if err := json.Unmarshal(body, v); err != nil {
					return api.Errorf("SerializationException", "%v", err)
				}
				return nil
			},
		})
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		var out bytes.Buffer
		var known *api.Error
		switch {
		case errors.As(err, &known):
			w.WriteHeader(known.HTTPStatus())
			_ = wire.AppendJSONError(&out, known)
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		default:
			if err := wire.AppendJSON(&out, answer); err != nil {
				t.Error(err)
			}
		}
		_, _ = w.Write(out.Bytes())
	}))
	t.Cleanup(func() {
		server.Close()
		service.Close()
	})
	return server.URL
}

func awsConfig(t testing.TB, url string) aws.Config {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &url,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
		HTTPClient:  &http.Client{Transport: transport},
	}
}

func client(t testing.TB, cfg dynamodb.Config) *ddb.Client {
	t.Helper()
	return ddb.NewFromConfig(awsConfig(t, start(t, cfg)))
}

// both returns clients of the table and the stream service of one instance.
func both(t testing.TB, cfg dynamodb.Config) (*ddb.Client, *dynamodbstreams.Client) {
	t.Helper()
	config := awsConfig(t, start(t, cfg))
	return ddb.NewFromConfig(config), dynamodbstreams.NewFromConfig(config)
}

var ctx = context.Background()
