package dynamodb_test

import (
	"context"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ctx = context.Background()

// both starts the embedded AWS and returns clients of its tables and of their streams.
func both(t testing.TB, cfg dynamodb.Config) (*ddb.Client, *dynamodbstreams.Client) {
	t.Helper()
	config := awstest.Config(t, awstest.Start(t, awslocal.Config{Clock: cfg.Clock, DynamoDB: cfg}))
	return ddb.NewFromConfig(config), dynamodbstreams.NewFromConfig(config)
}

func client(t testing.TB, cfg dynamodb.Config) *ddb.Client {
	t.Helper()
	c, _ := both(t, cfg)
	return c
}
