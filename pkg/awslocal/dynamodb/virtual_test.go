//go:build faketime

package dynamodb_test

import (
	"fmt"
	"testing"
	"time"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

func TestTTLAtItsRealLength(t *testing.T) {
	c := client(t, dynamodb.Config{Clock: clockwork.NewRealClock()})
	create(t, c, onDemand("users", "pk"))
	if err := setTTL(c, true, "ttl"); err != nil {
		t.Fatal(err)
	}
	put(t, c, "users", item{"pk": str("session"), "ttl": num(fmt.Sprint(time.Now().Add(6 * time.Hour).Unix()))})
	left := func() []string { return sorted(scanAll(t, c, &ddb.ScanInput{TableName: ptr("users")})) }
	time.Sleep(6*time.Hour - 2*time.Second)
	wantEqual(t, "before", left(), []string{"session"})
	time.Sleep(5 * time.Second)
	if got := left(); len(got) > 0 {
		t.Errorf("after: %v", got)
	}
}
