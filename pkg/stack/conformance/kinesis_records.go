package conformance

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

const firstShard = "shardId-000000000000"

var kinesisRecords = []Case{
	{"a shard's records come in order, from the trim horizon", func(t *testing.T, e *Env) {
		name := e.stream(t, 1)
		want := []string{"1", "2", "3"}
		for _, d := range want {
			e.record(t, name, "k", d)
		}
		if got := e.readShard(t, from(name, firstShard, types.ShardIteratorTypeTrimHorizon), 3); !slices.Equal(got, want) {
			t.Fatalf("got %v", got)
		}
	}},
	{"records of one key go to one shard", func(t *testing.T, e *Env) {
		name := e.stream(t, 4)
		shard := *e.record(t, name, "same", "d").ShardId
		for range 5 {
			equal(t, "shard", *e.record(t, name, "same", "d").ShardId, shard)
		}
	}},
	{"an explicit hash key beats the partition key", func(t *testing.T, e *Env) {
		name := e.stream(t, 2)
		out := ok(e.Kine.PutRecord(t.Context(), &kinesis.PutRecordInput{
			StreamName: &name, PartitionKey: str("k"), Data: []byte("d"),
			ExplicitHashKey: str("340282366920938463463374607431768211455"),
		}))(t)
		equal(t, "shard", *out.ShardId, "shardId-000000000001")
	}},
	{"sequence numbers rise", func(t *testing.T, e *Env) {
		name := e.stream(t, 1)
		a, b := *e.record(t, name, "k", "1").SequenceNumber, *e.record(t, name, "k", "2").SequenceNumber
		if len(a) > len(b) || len(a) == len(b) && a >= b {
			t.Fatalf("%s, then %s", a, b)
		}
	}},
	{"an iterator begins at or after a sequence number", func(t *testing.T, e *Env) {
		name := e.stream(t, 1)
		e.record(t, name, "k", "1")
		second := e.record(t, name, "k", "2").SequenceNumber
		e.record(t, name, "k", "3")
		at, after := from(name, firstShard, types.ShardIteratorTypeAtSequenceNumber), from(name, firstShard,
			types.ShardIteratorTypeAfterSequenceNumber)
		at.StartingSequenceNumber, after.StartingSequenceNumber = second, second
		if got := e.readShard(t, at, 2); !slices.Equal(got, []string{"2", "3"}) {
			t.Errorf("at: %v", got)
		}
		if got := e.readShard(t, after, 1); !slices.Equal(got, []string{"3"}) {
			t.Errorf("after: %v", got)
		}
	}},
	{"the LATEST iterator returns only later records", func(t *testing.T, e *Env) {
		name := e.stream(t, 1)
		e.record(t, name, "k", "before")
		it := ok(e.Kine.GetShardIterator(t.Context(), from(name, firstShard, types.ShardIteratorTypeLatest)))(t).ShardIterator
		e.record(t, name, "k", "after")
		var got []string
		eventually(t, "the record comes", func() bool {
			out := ok(e.Kine.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: it}))(t)
			for _, r := range out.Records {
				got = append(got, string(r.Data))
			}
			it = out.NextShardIterator
			return len(got) > 0
		})
		if !slices.Equal(got, []string{"after"}) {
			t.Fatalf("got %v", got)
		}
	}},
	{"a batch is put, and each record gets a shard", func(t *testing.T, e *Env) {
		name := e.stream(t, 2)
		var rs []types.PutRecordsRequestEntry
		for i := range 10 {
			rs = append(rs, types.PutRecordsRequestEntry{PartitionKey: str(fmt.Sprint(i)), Data: []byte("d")})
		}
		out := ok(e.Kine.PutRecords(t.Context(), &kinesis.PutRecordsInput{StreamName: &name, Records: rs}))(t)
		equal(t, "failed", *out.FailedRecordCount, 0)
		equal(t, "records", len(out.Records), 10)
	}},
	{"a limit ends an answer", func(t *testing.T, e *Env) {
		name := e.stream(t, 1)
		e.record(t, name, "k", "1")
		e.record(t, name, "k", "2")
		it := ok(e.Kine.GetShardIterator(t.Context(),
			from(name, firstShard, types.ShardIteratorTypeTrimHorizon)))(t).ShardIterator
		limit := int32(1)
		eventually(t, "a record comes", func() bool {
			out := ok(e.Kine.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: it, Limit: &limit}))(t)
			if len(out.Records) > 1 {
				t.Fatalf("got %d", len(out.Records))
			}
			it = out.NextShardIterator
			return len(out.Records) == 1
		})
	}},
	{"a closed shard ends, with its last records", func(t *testing.T, e *Env) {
		name := e.stream(t, 1)
		e.record(t, name, "k", "1")
		ok(e.Kine.SplitShard(t.Context(), &kinesis.SplitShardInput{
			StreamName: &name, ShardToSplit: str(firstShard), NewStartingHashKey: str("170141183460469231731687303715884105728"),
		}))(t)
		e.active(t, name)
		it := ok(e.Kine.GetShardIterator(t.Context(),
			from(name, firstShard, types.ShardIteratorTypeTrimHorizon)))(t).ShardIterator
		var records int
		eventually(t, "the shard ends", func() bool {
			out := ok(e.Kine.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: it}))(t)
			records += len(out.Records)
			it = out.NextShardIterator
			return it == nil
		})
		equal(t, "records", records, 1)
	}},
	{"an invalid iterator is an error", func(t *testing.T, e *Env) {
		fails1(e.Kine.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: str("nonsense")}))(t,
			"InvalidArgumentException")
	}},
	{"a missing shard is ResourceNotFoundException", func(t *testing.T, e *Env) {
		name := e.stream(t, 1)
		fails1(e.Kine.GetShardIterator(t.Context(), from(name, "shardId-000000000009", types.ShardIteratorTypeLatest)))(t,
			notFound)
	}},
}
