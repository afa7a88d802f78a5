package dynamodb_test

import (
	"fmt"
	"testing"
	"time"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

func streamed(name, view string) *ddb.CreateTableInput {
	in := onDemand(name, "pk")
	in.StreamSpecification = &types.StreamSpecification{
		StreamEnabled: ptr(true), StreamViewType: types.StreamViewType(view),
	}
	return in
}

// shardOf finds a table's stream and its shard.
func shardOf(t testing.TB, c *dynamodbstreams.Client, table string) (stream *string, shard streamtypes.Shard) {
	t.Helper()
	listed, err := c.ListStreams(ctx, &dynamodbstreams.ListStreamsInput{TableName: &table})
	if err != nil || len(listed.Streams) != 1 {
		t.Fatalf("list streams: %v, %v", listed, err)
	}
	stream = listed.Streams[0].StreamArn
	described, err := c.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: stream})
	if err != nil || len(described.StreamDescription.Shards) != 1 {
		t.Fatalf("describe stream: %v, %v", described, err)
	}
	return stream, described.StreamDescription.Shards[0]
}

func iterator(t testing.TB, c *dynamodbstreams.Client, table, kind string, sequence *string) *string {
	t.Helper()
	stream, shard := shardOf(t, c, table)
	out, err := c.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
		StreamArn: stream, ShardId: shard.ShardId, ShardIteratorType: streamtypes.ShardIteratorType(kind),
		SequenceNumber: sequence,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.ShardIterator
}

func records(t testing.TB, c *dynamodbstreams.Client, iterator *string) *dynamodbstreams.GetRecordsOutput {
	t.Helper()
	out, err := c.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: iterator})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func readStream(t testing.TB, c *dynamodbstreams.Client, table, kind string) []streamtypes.Record {
	t.Helper()
	return records(t, c, iterator(t, c, table, kind, nil)).Records
}

func TestStreamViews(t *testing.T) {
	for view, images := range map[string][2]bool{
		"NEW_AND_OLD_IMAGES": {true, true}, "NEW_IMAGE": {false, true}, "OLD_IMAGE": {true, false},
		"KEYS_ONLY": {false, false},
	} {
		c, s := both(t, dynamodb.Config{})
		create(t, c, streamed("users", view))
		put(t, c, "users", item{"pk": str("k"), "n": num("1")})
		put(t, c, "users", item{"pk": str("k"), "n": num("1")}) // changes nothing, leaves no record
		put(t, c, "users", item{"pk": str("k"), "n": num("2")})
		for range 2 { // the second deletes nothing
			_, err := c.DeleteItem(ctx, &ddb.DeleteItemInput{TableName: ptr("users"), Key: item{"pk": str("k")}})
			if err != nil {
				t.Fatal(err)
			}
		}
		var events []string
		got := readStream(t, s, "users", "TRIM_HORIZON")
		for i, r := range got {
			events = append(events, string(r.EventName))
			wantEqual(t, view+" key", len(r.Dynamodb.Keys), 1)
			wantEqual(t, view+" images", [2]bool{r.Dynamodb.OldImage != nil, r.Dynamodb.NewImage != nil}, [2]bool{
				images[0] && i > 0, images[1] && i < 2,
			})
			wantEqual(t, view+" view", string(r.Dynamodb.StreamViewType), view)
			if i > 0 && *r.Dynamodb.SequenceNumber <= *got[i-1].Dynamodb.SequenceNumber {
				t.Errorf("sequence numbers do not grow")
			}
		}
		wantEqual(t, view+" events", events, []string{"INSERT", "MODIFY", "REMOVE"})
	}
}

func TestStreamIterators(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c, s := both(t, dynamodb.Config{Clock: clock})
	create(t, c, streamed("users", "NEW_IMAGE"))
	names := func(out *dynamodbstreams.GetRecordsOutput) []string {
		found := []string{}
		for _, r := range out.Records {
			found = append(found, r.Dynamodb.Keys["pk"].(*streamtypes.AttributeValueMemberS).Value)
		}
		return found
	}
	for _, pk := range []string{"a", "b", "c"} {
		put(t, c, "users", item{"pk": str(pk)})
	}
	latest := iterator(t, s, "users", "LATEST", nil)
	second := readStream(t, s, "users", "TRIM_HORIZON")[1].Dynamodb.SequenceNumber
	put(t, c, "users", item{"pk": str("d")})
	out := records(t, s, latest)
	wantEqual(t, "LATEST", names(out), []string{"d"})
	put(t, c, "users", item{"pk": str("e")})
	wantEqual(t, "next", names(records(t, s, out.NextShardIterator)), []string{"e"})
	wantEqual(t, "AT", names(records(t, s, iterator(t, s, "users", "AT_SEQUENCE_NUMBER", second))),
		[]string{"b", "c", "d", "e"})
	wantEqual(t, "AFTER", names(records(t, s, iterator(t, s, "users", "AFTER_SEQUENCE_NUMBER", second))),
		[]string{"c", "d", "e"})

	clock.Advance(16 * time.Minute)
	_, err := s.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: latest})
	wantError(t, err, "ExpiredIteratorException", "The provided iterator exceeds the maximum age allowed.")

	clock.Advance(24 * time.Hour)
	put(t, c, "users", item{"pk": str("f")})
	wantEqual(t, "after a day", names(records(t, s, iterator(t, s, "users", "TRIM_HORIZON", nil))), []string{"f"})
	stream, shard := shardOf(t, s, "users")
	_, err = s.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
		StreamArn: stream, ShardId: shard.ShardId, ShardIteratorType: "AT_SEQUENCE_NUMBER", SequenceNumber: second,
	})
	wantError(t, err, "TrimmedDataAccessException",
		"The operation attempted to read past the oldest stream record in a shard.")
}

func TestStreamEnds(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c, s := both(t, dynamodb.Config{Clock: clock})
	create(t, c, onDemand("users", "pk"))
	stream := func(on bool) error {
		spec := &types.StreamSpecification{StreamEnabled: &on}
		if on {
			spec.StreamViewType = "KEYS_ONLY"
		}
		_, err := c.UpdateTable(ctx, &ddb.UpdateTableInput{TableName: ptr("users"), StreamSpecification: spec})
		return err
	}
	wantError(t, stream(false), validation, "Table has no stream to disable: TableName: users")
	if err := stream(true); err != nil {
		t.Fatal(err)
	}
	wantError(t, stream(true), validation, "Table already has an enabled stream: TableName: users")
	put(t, c, "users", item{"pk": str("a")})
	if err := stream(false); err != nil {
		t.Fatal(err)
	}
	put(t, c, "users", item{"pk": str("unseen")})
	out := records(t, s, iterator(t, s, "users", "TRIM_HORIZON", nil))
	wantEqual(t, "records", len(out.Records), 1)
	if out.NextShardIterator != nil {
		t.Error("a closed shard goes on")
	}
	arn, shard := shardOf(t, s, "users")
	if shard.SequenceNumberRange.EndingSequenceNumber == nil {
		t.Error("a closed shard has no end")
	}
	clock.Advance(25 * time.Hour)
	_, err := s.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: arn})
	wantError(t, err, "ResourceNotFoundException", "Requested resource not found: Stream: "+*arn+" not found")
}

func TestStreamRequestsRefused(t *testing.T) {
	c, s := both(t, dynamodb.Config{})
	create(t, c, streamed("users", "KEYS_ONLY"))
	stream, shard := shardOf(t, s, "users")
	const length = "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must have " +
		"length greater than or equal to %d"
	filter := func(kind, id string) error {
		f := &streamtypes.ShardFilter{Type: streamtypes.ShardFilterType(kind)}
		if id != "" {
			f.ShardId = &id
		}
		out, err := s.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: stream, ShardFilter: f})
		if err == nil {
			wantEqual(t, "children of a shard that never splits", len(out.StreamDescription.Shards), 0)
		}
		return err
	}
	if err := filter("CHILD_SHARDS", *shard.ShardId); err != nil {
		t.Error(err)
	}
	wantError(t, filter("PARENTS", *shard.ShardId), validation, "1 validation error detected: Value 'PARENTS' at "+
		"'shardFilter.type' failed to satisfy constraint: Member must satisfy enum value set: [CHILD_SHARDS]")
	wantError(t, filter("", *shard.ShardId), validation, "1 validation error detected: Value null at "+
		"'shardFilter.type' failed to satisfy constraint: Member must not be null")
	wantError(t, filter("CHILD_SHARDS", ""), validation, "1 validation error detected: Value null at "+
		"'shardFilter.shardId' failed to satisfy constraint: Member must not be null")
	wantError(t, filter("CHILD_SHARDS", "short"), validation, fmt.Sprintf(length, "short", "shardFilter.shardId", 28))

	const notARN = "a name that is no ARN of any stream"
	iterate := func(arn, kind string, sequence *string) error {
		_, err := s.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
			StreamArn: &arn, ShardId: shard.ShardId, ShardIteratorType: streamtypes.ShardIteratorType(kind),
			SequenceNumber: sequence,
		})
		return err
	}
	wantError(t, iterate(notARN, "LATEST", nil), validation, "Invalid StreamArn")
	wantError(t, iterate(*stream+"x", "LATEST", nil), "ResourceNotFoundException",
		"Requested resource not found: Stream: "+*stream+"x not found")
	wantError(t, iterate(*stream, "LATEST", shard.SequenceNumberRange.StartingSequenceNumber), validation,
		"SequenceNumber must not be specified for ShardIteratorType LATEST")
	wantError(t, iterate(*stream, "AT_SEQUENCE_NUMBER", nil), validation,
		"SequenceNumber is required for ShardIteratorType AT_SEQUENCE_NUMBER")
	wantError(t, iterate(*stream, "AT_SEQUENCE_NUMBER", ptr("1")), validation,
		fmt.Sprintf(length, "1", "sequenceNumber", 21))
	_, err := s.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: ptr(notARN)})
	wantError(t, err, validation, "Invalid StreamArn")
	_, err = s.ListStreams(ctx, &dynamodbstreams.ListStreamsInput{ExclusiveStartStreamArn: ptr(notARN)})
	wantError(t, err, validation, "Invalid StreamArn")
}
