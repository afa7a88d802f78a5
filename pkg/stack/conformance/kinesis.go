package conformance

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

// stream makes a stream and returns its name when it is active.
func (e *Env) stream(t *testing.T, shards int32) string {
	t.Helper()
	name := e.Name()
	ok(e.Kine.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: &name, ShardCount: aws.Int32(shards)}))(t)
	e.active(t, name)
	return name
}

func (e *Env) active(t *testing.T, name string) {
	t.Helper()
	eventually(t, "the stream is active", func() bool {
		d := ok(e.Kine.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &name}))(t)
		return d.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive
	})
}

func (e *Env) shards(t *testing.T, name string) []types.Shard {
	t.Helper()
	return ok(e.Kine.ListShards(t.Context(), &kinesis.ListShardsInput{StreamName: &name}))(t).Shards
}

func (e *Env) record(t *testing.T, stream, key, data string) *kinesis.PutRecordOutput {
	t.Helper()
	return ok(e.Kine.PutRecord(t.Context(), &kinesis.PutRecordInput{
		StreamName: &stream, PartitionKey: &key, Data: []byte(data),
	}))(t)
}

// readShard reads a shard from an iterator until it has n records, and returns their data.
func (e *Env) readShard(t *testing.T, in *kinesis.GetShardIteratorInput, n int) []string {
	t.Helper()
	it := ok(e.Kine.GetShardIterator(t.Context(), in))(t).ShardIterator
	var data []string
	eventually(t, "all records come", func() bool {
		if it == nil {
			t.Fatal("the shard ends early")
		}
		out := ok(e.Kine.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: it}))(t)
		for _, r := range out.Records {
			data = append(data, string(r.Data))
		}
		it = out.NextShardIterator
		return len(data) >= n
	})
	return data
}

func from(stream, shard string, kind types.ShardIteratorType) *kinesis.GetShardIteratorInput {
	return &kinesis.GetShardIteratorInput{StreamName: &stream, ShardId: &shard, ShardIteratorType: kind}
}
