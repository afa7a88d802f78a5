package conformance

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
)

var kinesisStreams = []Case{
	{"a stream has the requested number of shards", func(t *testing.T, e *Env) {
		shards := e.shards(t, e.stream(t, 3))
		equal(t, "shards", len(shards), 3)
		equal(t, "first", *shards[0].ShardId, "shardId-000000000000")
		equal(t, "hash range begins", *shards[0].HashKeyRange.StartingHashKey, "0")
		equal(t, "hash range ends", *shards[2].HashKeyRange.EndingHashKey, "340282366920938463463374607431768211455")
	}},
	{"creating a stream again is ResourceInUseException", func(t *testing.T, e *Env) {
		name := e.stream(t, 1)
		fails1(e.Kine.CreateStream(t.Context(), &kinesis.CreateStreamInput{
			StreamName: &name, ShardCount: aws.Int32(1),
		}))(t, "ResourceInUseException")
	}},
	{"a missing stream is ResourceNotFoundException", func(t *testing.T, e *Env) {
		name := e.Name()
		fails1(e.Kine.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &name}))(t, notFound)
		fails1(e.Kine.PutRecord(t.Context(), &kinesis.PutRecordInput{
			StreamName: &name, PartitionKey: str("k"), Data: []byte("d"),
		}))(t, notFound)
	}},
	{"a split makes two children and closes the parent", func(t *testing.T, e *Env) {
		name := e.stream(t, 1)
		parent := *e.shards(t, name)[0].ShardId
		ok(e.Kine.SplitShard(t.Context(), &kinesis.SplitShardInput{
			StreamName: &name, ShardToSplit: &parent, NewStartingHashKey: str("170141183460469231731687303715884105728"),
		}))(t)
		e.active(t, name)
		shards := e.shards(t, name)
		equal(t, "shards", len(shards), 3)
		if shards[0].SequenceNumberRange.EndingSequenceNumber == nil {
			t.Error("the parent is open")
		}
		for _, s := range shards[1:] {
			equal(t, "parent of "+*s.ShardId, aws.ToString(s.ParentShardId), parent)
		}
	}},
	{"a merge makes one child of two", func(t *testing.T, e *Env) {
		name := e.stream(t, 2)
		shards := e.shards(t, name)
		ok(e.Kine.MergeShards(t.Context(), &kinesis.MergeShardsInput{
			StreamName: &name, ShardToMerge: shards[0].ShardId, AdjacentShardToMerge: shards[1].ShardId,
		}))(t)
		e.active(t, name)
		child := e.shards(t, name)[2]
		equal(t, "parent", aws.ToString(child.ParentShardId), *shards[0].ShardId)
		equal(t, "adjacent parent", aws.ToString(child.AdjacentParentShardId), *shards[1].ShardId)
	}},
	{"a deleted stream is gone", func(t *testing.T, e *Env) {
		name := e.stream(t, 1)
		ok(e.Kine.DeleteStream(t.Context(), &kinesis.DeleteStreamInput{StreamName: &name}))(t)
		eventually(t, "it is gone", func() bool {
			_, err := e.Kine.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &name})
			return err != nil
		})
	}},
}
