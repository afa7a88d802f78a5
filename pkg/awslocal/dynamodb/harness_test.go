package dynamodb_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
	"github.com/crashlab/crashlab/pkg/loopback"
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
	transport := &http.Transport{DialContext: loopback.Dial, MaxIdleConnsPerHost: 64}
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
		HTTPClient:  &http.Client{Transport: awsclient.Transport(transport)},
	}
	return ddb.NewFromConfig(config), dynamodbstreams.NewFromConfig(config)
}

func client(t testing.TB, cfg dynamodb.Config) *ddb.Client {
	t.Helper()
	c, _ := both(t, cfg)
	return c
}
