package dynamodb_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ctx = context.Background()

// both starts the embedded AWS and returns clients of its tables and of their streams.
func both(t testing.TB, cfg dynamodb.Config) (*ddb.Client, *dynamodbstreams.Client) {
	t.Helper()
	server, err := awslocal.Start(awslocal.Config{Clock: cfg.Clock, DynamoDB: cfg})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	config := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL()),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
		HTTPClient:  &http.Client{Transport: plainBodies{transport}},
	}
	return ddb.NewFromConfig(config), dynamodbstreams.NewFromConfig(config)
}

func client(t testing.TB, cfg dynamodb.Config) *ddb.Client {
	t.Helper()
	c, _ := both(t, cfg)
	return c
}

// plainBodies hides the WriteTo of request bodies. The SDK closes a body as soon as the answer's
// headers are there, and a closed body's WriteTo returns io.EOF; to net/http, which may be about
// to look whether there is more of it, that is a failed write, and it closes the connection that
// the answer is read from. On loopback one large answer in a thousand got lost.
type plainBodies struct{ http.RoundTripper }

func (p plainBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		plain := *r
		plain.Body = struct{ io.ReadCloser }{r.Body}
		r = &plain
	}
	return p.RoundTripper.RoundTrip(r)
}
