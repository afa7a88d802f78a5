package kinesis_test

import (
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/kinesis"
)

type subscription = sdk.SubscribeToShardEventStream

// register registers a consumer and returns its ARN.
func register(t testing.TB, c *sdk.Client, stream, name string) string {
	t.Helper()
	d := must[*sdk.DescribeStreamSummaryOutput](t)(c.DescribeStreamSummary(ctx, &sdk.DescribeStreamSummaryInput{
		StreamName: &stream,
	}))
	out := must[*sdk.RegisterStreamConsumerOutput](t)(c.RegisterStreamConsumer(ctx, &sdk.RegisterStreamConsumerInput{
		StreamARN: d.StreamDescriptionSummary.StreamARN, ConsumerName: &name,
	}))
	return *out.Consumer.ConsumerARN
}

// subscribe subscribes to a shard; the subscription ends with the test. It has a client of its own: those of one
// client race for its decoder (smithy-go 1.28.9).
func subscribe(t testing.TB, c *sdk.Client, consumer, shard string, from types.StartingPosition) *subscription {
	t.Helper()
	out := must[*sdk.SubscribeToShardOutput](t)(sdk.New(c.Options()).SubscribeToShard(ctx, &sdk.SubscribeToShardInput{
		ConsumerARN: &consumer, ShardId: &shard, StartingPosition: &from,
	}))
	events := out.GetStream()
	t.Cleanup(func() { _ = events.Close() })
	return events
}

// event receives the next event; false means that the subscription has ended.
func event(t testing.TB, events *subscription) (types.SubscribeToShardEvent, bool) {
	t.Helper()
	select {
	case e, ok := <-events.Events():
		if !ok {
			return types.SubscribeToShardEvent{}, false
		}
		return e.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent).Value, true
	case <-time.After(10 * time.Second):
		t.Fatal("no event within 10 s")
	}
	return types.SubscribeToShardEvent{}, false
}

var fromTheStart = types.StartingPosition{Type: types.ShardIteratorTypeTrimHorizon}

// records receives events until they have brought n records, and returns the records' data and the last event.
func records(t testing.TB, events *subscription, n int) (data string, last types.SubscribeToShardEvent) {
	t.Helper()
	for got := 0; got < n; got += len(last.Records) {
		var ok bool
		if last, ok = event(t, events); !ok {
			t.Fatalf("the subscription ended: %v", events.Err())
		}
		for _, r := range last.Records {
			data += string(r.Data)
		}
	}
	return data, last
}

func TestConsumers(t *testing.T) {
	c, _ := startFake(t)
	create(t, c, "s", 1)
	arn := register(t, c, "s", "b")
	register(t, c, "s", "a")
	d := must[*sdk.DescribeStreamSummaryOutput](t)(c.DescribeStreamSummary(ctx, &sdk.DescribeStreamSummaryInput{
		StreamName: ptr("s"),
	})).StreamDescriptionSummary
	if *d.ConsumerCount != 2 {
		t.Errorf("%d consumers", *d.ConsumerCount)
	}
	_, err := c.RegisterStreamConsumer(ctx, &sdk.RegisterStreamConsumerInput{
		StreamARN: d.StreamARN, ConsumerName: ptr("a"),
	})
	wantCode(t, err, "ResourceInUseException")
	page := must[*sdk.ListStreamConsumersOutput](t)(c.ListStreamConsumers(ctx, &sdk.ListStreamConsumersInput{
		StreamARN: d.StreamARN, MaxResults: ptr(int32(1)),
	}))
	rest := must[*sdk.ListStreamConsumersOutput](t)(c.ListStreamConsumers(ctx, &sdk.ListStreamConsumersInput{
		StreamARN: d.StreamARN, NextToken: page.NextToken,
	}))
	if *page.Consumers[0].ConsumerName != "a" || *rest.Consumers[0].ConsumerName != "b" || rest.NextToken != nil {
		t.Errorf("got %v and %v", page.Consumers, rest.Consumers)
	}
	found := must[*sdk.DescribeStreamConsumerOutput](t)(c.DescribeStreamConsumer(ctx, &sdk.DescribeStreamConsumerInput{
		ConsumerARN: &arn,
	})).ConsumerDescription
	if *found.ConsumerName != "b" || *found.StreamARN != *d.StreamARN || found.ConsumerStatus != "ACTIVE" {
		t.Errorf("got %v", found)
	}
	_, err = c.DeleteStream(ctx, &sdk.DeleteStreamInput{StreamName: ptr("s")})
	wantCode(t, err, "ResourceInUseException")
	for range 2 {
		_, err = c.DeregisterStreamConsumer(ctx, &sdk.DeregisterStreamConsumerInput{ConsumerARN: &arn})
	}
	wantCode(t, err, "ResourceNotFoundException")
	must[*sdk.DeleteStreamOutput](t)(c.DeleteStream(ctx, &sdk.DeleteStreamInput{
		StreamName: ptr("s"), EnforceConsumerDeletion: ptr(true),
	}))
}

func TestSubscriptionsPushRecords(t *testing.T) {
	c, clock := startFake(t)
	create(t, c, "s", 1)
	put(t, c, "s", "k", "1")
	first := subscribe(t, c, register(t, c, "s", "first"), shard0, fromTheStart)
	arn := register(t, c, "s", "second")
	second := subscribe(t, c, arn, shard0, types.StartingPosition{Type: types.ShardIteratorTypeLatest})
	if e, ok := event(t, second); !ok || len(e.Records) != 0 {
		t.Errorf("got %v", e)
	}
	put(t, c, "s", "k", "2")
	put(t, c, "s", "k", "3")
	if data, _ := records(t, first, 3); data != "123" {
		t.Errorf("the first consumer got %q", data)
	}
	data, last := records(t, second, 2)
	if data != "23" {
		t.Errorf("the second consumer got %q", data)
	}

	again := &sdk.SubscribeToShardInput{ConsumerARN: &arn, ShardId: ptr(shard0), StartingPosition: &types.StartingPosition{
		Type: types.ShardIteratorTypeAfterSequenceNumber, SequenceNumber: last.ContinuationSequenceNumber,
	}}
	_, err := c.SubscribeToShard(ctx, again)
	wantCode(t, err, "ResourceInUseException")
	clock.Advance(5 * time.Second)
	put(t, c, "s", "k", "4")
	took := subscribe(t, c, arn, shard0, *again.StartingPosition)
	if data, _ := records(t, took, 1); data != "4" {
		t.Errorf("after the continuation's sequence number came %q", data)
	}
	for { // the one that it took over from ends
		if _, ok := event(t, second); !ok {
			break
		}
	}
	clock.Advance(5 * time.Minute)
	for {
		if _, ok := event(t, took); !ok {
			break
		}
	}
}

// A closed shard's last event names the children, and the subscription ends.
func TestSubscriptionsEndWithTheirShard(t *testing.T) {
	c, _ := startFake(t)
	create(t, c, "s", 1)
	events := subscribe(t, c, register(t, c, "s", "c"), shard0, fromTheStart)
	put(t, c, "s", "k", "1")
	records(t, events, 1)
	must[*sdk.SplitShardOutput](t)(c.SplitShard(ctx, &sdk.SplitShardInput{
		StreamName: ptr("s"), ShardToSplit: ptr(shard0), NewStartingHashKey: ptr("1000"),
	}))
	e, ok := event(t, events)
	if !ok || e.ContinuationSequenceNumber != nil || len(e.ChildShards) != 2 {
		t.Errorf("got %v", e)
	}
	if e, ok := event(t, events); ok {
		t.Errorf("after the end came %v", e)
	}
}

// With limits, a subscription brings 2 MB a second.
func TestSubscriptionsArePaced(t *testing.T) {
	clock := clockwork.NewFakeClockAt(epoch)
	c := start(t, clock, kinesis.Config{Limits: true})
	create(t, c, "s", 1)
	for range 2 {
		put(t, c, "s", "k", string(make([]byte, 900<<10)))
		clock.Advance(time.Second)
	}
	events := subscribe(t, c, register(t, c, "s", "c"), shard0, fromTheStart)
	records(t, events, 1)
	if err := clock.BlockUntilContext(ctx, 3); err != nil { // the subscription's two timers, and the sweeps of DynamoDB
		t.Fatal(err)
	}
	select {
	case e := <-events.Events():
		t.Fatalf("at once came %v", e)
	case <-time.After(50 * time.Millisecond):
	}
	clock.Advance(time.Second)
	records(t, events, 1)
}
