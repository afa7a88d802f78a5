package dynamodb_test

import (
	"fmt"
	"testing"
	"time"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

func setTTL(c *ddb.Client, enabled bool, attribute string) error {
	_, err := c.UpdateTimeToLive(ctx, &ddb.UpdateTimeToLiveInput{
		TableName: ptr("users"), TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: &attribute, Enabled: &enabled,
		},
	})
	return err
}

func TestTTLExpires(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c, streams := both(t, dynamodb.Config{Clock: clock, TTLSweep: time.Minute})
	in := onDemand("users", "pk")
	in.StreamSpecification = &types.StreamSpecification{StreamEnabled: ptr(true), StreamViewType: "OLD_IMAGE"}
	create(t, c, in)
	in10 := num(fmt.Sprint(clock.Now().Add(10 * time.Minute).Unix()))
	put(t, c, "users", item{"pk": str("before"), "ttl": in10}) // before TTL is on
	if err := setTTL(c, true, "ttl"); err != nil {
		t.Fatal(err)
	}
	put(t, c, "users", item{"pk": str("expires"), "ttl": in10})
	put(t, c, "users", item{"pk": str("put off"), "ttl": in10})
	put(t, c, "users", item{"pk": str("put off"), "ttl": num(fmt.Sprint(clock.Now().Add(time.Hour).Unix()))})
	put(t, c, "users", item{"pk": str("no number"), "ttl": str("soon")})
	put(t, c, "users", item{"pk": str("long ago"), "ttl": num(fmt.Sprint(clock.Now().AddDate(-6, 0, 0).Unix()))})
	put(t, c, "users", item{"pk": str("without")})

	clock.Advance(11 * time.Minute)
	waitFor(t, "two deletions", func() bool { return len(scanAll(t, c, &ddb.ScanInput{TableName: ptr("users")})) == 4 })
	wantEqual(t, "left", sorted(scanAll(t, c, &ddb.ScanInput{TableName: ptr("users")})), []string{
		"long ago", "no number", "put off", "without",
	})

	records := readStream(t, streams, "users", "TRIM_HORIZON")
	var expired []string
	for _, r := range records {
		if r.EventName == streamtypes.OperationTypeRemove {
			expired = append(expired, r.Dynamodb.Keys["pk"].(*streamtypes.AttributeValueMemberS).Value)
			wantEqual(t, "deleted by", []string{*r.UserIdentity.PrincipalId, *r.UserIdentity.Type}, []string{
				"dynamodb.amazonaws.com", "Service",
			})
		}
	}
	wantEqual(t, "expired", sorted(expired), []string{"before", "expires"})
}

// waitFor polls; the sweep runs on its own goroutine once the clock has moved.
func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("no %s within 5 s", what)
		}
	}
}

func TestTTLSettings(t *testing.T) {
	c := users(t)
	status := func() string {
		t.Helper()
		out, err := c.DescribeTimeToLive(ctx, &ddb.DescribeTimeToLiveInput{TableName: ptr("users")})
		if err != nil {
			t.Fatal(err)
		}
		return string(out.TimeToLiveDescription.TimeToLiveStatus)
	}
	wantEqual(t, "at first", status(), "DISABLED")
	wantError(t, setTTL(c, false, "ttl"), validation, "TimeToLive is already disabled")
	if err := setTTL(c, true, "ttl"); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "on", status(), "ENABLED")
	wantError(t, setTTL(c, true, "ttl"), validation, "TimeToLive is already enabled")
	wantError(t, setTTL(c, true, "other"), validation,
		"TimeToLive is active on a different AttributeName: current AttributeName is ttl")
	if err := setTTL(c, false, "ttl"); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "off", status(), "DISABLED")
}
