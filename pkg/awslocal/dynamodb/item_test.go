package dynamodb_test

import (
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

func TestPutThenGet(t *testing.T) {
	c := client(t, dynamodb.Config{})
	if _, err := c.ListTables(ctx, &ddb.ListTablesInput{}); err != nil {
		t.Fatal(err)
	}
}
