package dynamodb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

const (
	tableExceeded = "The level of configured provisioned throughput for the table was exceeded. Consider increasing " +
		"your provisioning level with the UpdateTable API."
	indexExceeded = "The level of configured provisioned throughput for one or more global secondary indexes of the " +
		"table was exceeded. " +
		"Consider increasing your provisioning level for the under-provisioned global secondary indexes with the " +
		"UpdateTable API"
)

// throttled is a client of a service that throttles, and its clock, which stands still.
func throttled(t testing.TB, limits dynamodb.Throttling) (*ddb.Client, *clockwork.FakeClock) {
	clock := clockwork.NewFakeClock()
	return client(t, dynamodb.Config{Clock: clock, Throttling: &limits}), clock
}

// untilThrottled counts how often an operation succeeds before it is throttled.
func untilThrottled(t testing.TB, most int, operation func(i int) error) (int, error) {
	t.Helper()
	for i := range most {
		err := operation(i)
		var api smithy.APIError
		switch {
		case err == nil:
		case errors.As(err, &api) &&
			(api.ErrorCode() == "ProvisionedThroughputExceededException" || api.ErrorCode() == "ThrottlingException"):
			return i, err
		default:
			t.Fatal(err)
		}
	}
	return most, nil
}

func TestThrottleTable(t *testing.T) {
	c, clock := throttled(t, dynamodb.Throttling{Burst: time.Second})
	in := onDemand("users", "pk")
	in.BillingMode, in.ProvisionedThroughput = "", provisioned(5, 10)
	create(t, c, in)
	write := func(i int) error {
		_, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: ptr("users"), Item: item{"pk": str(fmt.Sprint(i))}})
		return err
	}
	read := func(int) error {
		_, err := c.GetItem(ctx, &ddb.GetItemInput{TableName: ptr("users"), Key: item{"pk": str("1")}})
		return err
	}
	for second := range 3 {
		n, err := untilThrottled(t, 100, write)
		wantEqual(t, fmt.Sprintf("writes in second %d", second), n, 10)
		wantError(t, err, "ProvisionedThroughputExceededException", tableExceeded)
		n, err = untilThrottled(t, 100, read)
		wantEqual(t, fmt.Sprintf("eventually consistent reads in second %d", second), n, 10)
		wantError(t, err, "ProvisionedThroughputExceededException", tableExceeded)
		clock.Advance(time.Second)
	}
}

// One hot key gets only what one partition serves, whatever the table has; spread keys get more.
func TestThrottleHotPartition(t *testing.T) {
	c, clock := throttled(t, dynamodb.Throttling{PartitionWrite: 10})
	create(t, c, onDemand("users", "pk")) // four partitions
	hot, err := untilThrottled(t, 200, func(int) error {
		_, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: ptr("users"), Item: item{"pk": str("hot")}})
		return err
	})
	wantEqual(t, "writes to one key", hot, 10)
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "ThrottlingException" ||
		!strings.Contains(api.ErrorMessage(), "hot key") {
		t.Errorf("got %v", err)
	}
	clock.Advance(time.Second)
	passed := 0
	for i := range 200 {
		if _, err := c.PutItem(ctx, &ddb.PutItemInput{
			TableName: ptr("users"), Item: item{"pk": str(fmt.Sprint("hot#", i))},
		}); err == nil {
			passed++
		}
	}
	wantEqual(t, "writes to many keys", passed, 40)
}

// A global index that is provisioned too low throttles the table's writes.
func TestThrottleIndexBackPressure(t *testing.T) {
	c, _ := throttled(t, dynamodb.Throttling{Burst: time.Second})
	in := indexed("orders", all)
	in.BillingMode, in.ProvisionedThroughput = "", provisioned(100, 100)
	in.GlobalSecondaryIndexes[0].ProvisionedThroughput = provisioned(5, 3)
	create(t, c, in)
	n, err := untilThrottled(t, 50, func(i int) error {
		_, err := c.PutItem(ctx, &ddb.PutItemInput{
			TableName: ptr("orders"), Item: order("a", fmt.Sprint(i), "x", fmt.Sprint(i)),
		})
		return err
	})
	wantEqual(t, "writes", n, 3)
	wantError(t, err, "ProvisionedThroughputExceededException", indexExceeded)
	wantReason(t, err, "IndexWriteProvisionedThroughputExceeded", ":table/orders/index/byKind")
	put(t, c, "orders", item{"pk": str("a"), "sk": str("sparse")}) // not in the index, so not throttled

	err = transact(c, putAction("orders", order("a", "t", "x", "1")))
	wantError(t, err, "TransactionCanceledException",
		"Transaction cancelled, please refer cancellation reasons for specific reasons [ProvisionedThroughputExceeded]")
}

func TestThrottleBatches(t *testing.T) {
	c, _ := throttled(t, dynamodb.Throttling{Burst: time.Second})
	in := onDemand("users", "pk")
	in.BillingMode, in.ProvisionedThroughput = "", provisioned(2, 10)
	create(t, c, in)
	var writes []types.WriteRequest
	var keys []map[string]types.AttributeValue
	for i := range 25 {
		keys = append(keys, item{"pk": str(fmt.Sprint(i))})
		writes = append(writes, putRequest(keys[i]))
	}
	wrote, err := batchWrite(c, map[string][]types.WriteRequest{"users": writes})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "unprocessed writes", len(wrote.UnprocessedItems["users"]), 15)
	_, err = batchWrite(c, wrote.UnprocessedItems)
	wantError(t, err, "ProvisionedThroughputExceededException", tableExceeded)
	read, err := batchGet(c, map[string]types.KeysAndAttributes{"users": {Keys: keys, ConsistentRead: ptr(true)}})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "read and left", []int{len(read.Responses["users"]), len(read.UnprocessedKeys["users"].Keys)},
		[]int{2, 23})
	_, err = c.Scan(ctx, &ddb.ScanInput{TableName: ptr("users")})
	wantError(t, err, "ProvisionedThroughputExceededException", tableExceeded)
}

// Unused capacity is kept for the burst.
func TestThrottleBurst(t *testing.T) {
	c, clock := throttled(t, dynamodb.Throttling{Burst: 5 * time.Second})
	in := onDemand("users", "pk")
	in.BillingMode, in.ProvisionedThroughput = "", provisioned(1, 2)
	create(t, c, in)
	write := func(int) error {
		_, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: ptr("users"), Item: item{"pk": str("k")}})
		return err
	}
	for _, want := range []int{10, 2} {
		n, _ := untilThrottled(t, 50, write)
		wantEqual(t, "writes", n, want)
		clock.Advance(time.Second)
	}
	// More throughput does not come with burst.
	if _, err := c.UpdateTable(ctx, &ddb.UpdateTableInput{
		TableName: ptr("users"), ProvisionedThroughput: provisioned(1, 20),
	}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{2, 20} {
		n, _ := untilThrottled(t, 50, write)
		wantEqual(t, "writes after the update", n, want)
		clock.Advance(time.Second)
	}
}

// By default five minutes' worth is kept, and one partition gives no more than its own limit of it in a second.
func TestThrottleAsAWSDoes(t *testing.T) {
	c, clock := throttled(t, dynamodb.Throttling{})
	in := onDemand("users", "pk")
	in.BillingMode, in.ProvisionedThroughput = "", provisioned(1, 5)
	create(t, c, in)
	put(t, c, "users", item{"pk": str("k"), "pad": str(strings.Repeat("x", 300<<10))}) // 301 units of 1,500
	write := func(int) error {
		_, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: ptr("users"), Item: item{"pk": str("k")}})
		return err
	}
	// The first write replaces the large item, and costs as much.
	n, err := untilThrottled(t, 2000, write)
	wantEqual(t, "writes of a burst in its first second", n, 1000-301-301+1)
	wantReason(t, err, "TableWriteKeyRangeThroughputExceeded", ":table/users")
	clock.Advance(time.Second)
	n, err = untilThrottled(t, 2000, write)
	wantEqual(t, "the rest of the burst", n, 500+5)
	wantReason(t, err, "TableWriteProvisionedThroughputExceeded", ":table/users")
}

// A write whose condition does not hold takes as much as one that does.
func TestThrottleConditions(t *testing.T) {
	c, _ := throttled(t, dynamodb.Throttling{PartitionWrite: 10})
	create(t, c, onDemand("users", "pk"))
	put(t, c, "users", item{"pk": str("k")})
	failed, err := 0, error(nil)
	for ; failed < 20; failed++ {
		var condition *types.ConditionalCheckFailedException
		if _, err = c.PutItem(ctx, &ddb.PutItemInput{
			TableName: ptr("users"), Item: item{"pk": str("k")}, ConditionExpression: ptr("attribute_not_exists(pk)"),
		}); !errors.As(err, &condition) {
			break
		}
	}
	wantEqual(t, "failed conditions", failed, 9)
	wantReason(t, err, "TableWriteKeyRangeThroughputExceeded", ":table/users")
}

// wantReason checks the reason of a throttling error and the end of its resource.
func wantReason(t testing.TB, err error, reason, resource string) {
	t.Helper()
	var reasons []types.ThrottlingReason
	var provisioned *types.ProvisionedThroughputExceededException
	var onDemand *types.ThrottlingException
	switch {
	case errors.As(err, &provisioned):
		reasons = provisioned.ThrottlingReasons
	case errors.As(err, &onDemand):
		reasons = onDemand.ThrottlingReasons
	}
	if len(reasons) != 1 || *reasons[0].Reason != reason || !strings.HasSuffix(*reasons[0].Resource, resource) {
		t.Errorf("got %v %v, want %s of %s", err, reasons, reason, resource)
	}
}
