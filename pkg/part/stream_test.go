package part

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"

	"github.com/crashlab/crashlab/pkg/lab"
)

// A shard is read from a sequence number to its end if it has been closed; an audit reads past the size of
// one read.
func TestStreamIsReadShardByShard(t *testing.T) {
	var stream *Stream
	env := up(t, func(b *lab.Builder) { stream = NewStream(b, "movements", 1) })
	ctx, i := testContext(t), env.Observer()
	for n := range perRead + 3 {
		if err := stream.Put(ctx, i, "key", fmt.Append(nil, n)); err != nil {
			t.Fatal(err)
		}
	}
	one, err := stream.Shards(ctx, i)
	if err != nil || len(one) != 1 {
		t.Fatalf("shards %v, %v", one, err)
	}
	shard := *one[0].ShardId
	c, err := stream.After(ctx, i, shard, "")
	if err != nil {
		t.Fatal(err)
	}
	first, err := c.Read(ctx, i)
	if err != nil || len(first) != perRead || c.Ended || c.latest {
		t.Fatalf("%d records, %+v, %v", len(first), c, err)
	}
	if second, err := c.Read(ctx, i); err != nil || len(second) != 3 || c.Ended || c.latest {
		t.Errorf("%d records, %+v, %v", len(second), c, err)
	}
	if none, err := c.Read(ctx, i); err != nil || len(none) != 0 || c.Ended || !c.latest {
		t.Errorf("%d records, %+v, %v", len(none), c, err)
	}

	middle := "170141183460469231731687303715884105728"
	if _, err := i.Kinesis().SplitShard(ctx, &kinesis.SplitShardInput{
		StreamName: &stream.Name, ShardToSplit: &shard, NewStartingHashKey: &middle,
	}); err != nil {
		t.Fatal(err)
	}
	if err := stream.Active(ctx, i); err != nil {
		t.Fatal(err)
	}
	if none, err := c.Read(ctx, i); err != nil || len(none) != 0 || !c.Ended {
		t.Errorf("of a shard that was closed: %d records, %+v, %v", len(none), c, err)
	}
	if all, err := stream.Shards(ctx, i); err != nil || len(all) != 3 || *all[0].ShardId != shard ||
		*all[2].ParentShardId != shard {
		t.Errorf("shards %v, %v", all, err)
	}

	var rest []string
	err = stream.Rest(ctx, i, shard, *first[0].SequenceNumber, func(body []byte) { rest = append(rest, string(body)) })
	if err != nil || len(rest) != perRead+2 || !slices.Equal(rest[perRead:], []string{"1001", "1002"}) {
		t.Errorf("after the first record lie %d: %v", len(rest), err)
	}
}
