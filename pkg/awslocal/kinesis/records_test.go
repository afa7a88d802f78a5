package kinesis_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/kinesis"
)

const shard0 = "shardId-000000000000"

func TestIterators(t *testing.T) {
	c, clock := startFake(t)
	create(t, c, "s", 1)
	var seqs []string
	for i := range 5 {
		seqs = append(seqs, *put(t, c, "s", "k", fmt.Sprint(i)).SequenceNumber)
		clock.Advance(time.Second)
	}
	for i, seq := range seqs {
		if len(seq) != 56 || (i > 0 && seq <= seqs[i-1]) {
			t.Errorf("sequence %s after %s", seq, seqs[max(i, 1)-1])
		}
	}
	for _, tc := range []struct {
		in   sdk.GetShardIteratorInput
		want string
	}{
		{sdk.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeTrimHorizon}, "0 1 2 3 4"},
		{sdk.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeLatest}, ""},
		{sdk.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeAtSequenceNumber,
			StartingSequenceNumber: &seqs[2]}, "2 3 4"},
		{sdk.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeAfterSequenceNumber,
			StartingSequenceNumber: &seqs[2]}, "3 4"},
		{sdk.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeAfterSequenceNumber,
			StartingSequenceNumber: &seqs[4]}, ""},
		{sdk.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeAtTimestamp,
			Timestamp: ptr(epoch.Add(1500 * time.Millisecond))}, "2 3 4"},
		{sdk.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeAtTimestamp,
			Timestamp: ptr(epoch.Add(-time.Hour))}, "0 1 2 3 4"},
	} {
		tc.in.StreamName, tc.in.ShardId = ptr("s"), ptr(shard0)
		if got := datas(read(t, c, iterate(t, c, &tc.in))); got != tc.want {
			t.Errorf("%s %v: got %q, want %q", tc.in.ShardIteratorType, tc.in.StartingSequenceNumber, got, tc.want)
		}
	}

	for _, tc := range []struct {
		code string
		in   sdk.GetShardIteratorInput
	}{
		{"InvalidArgumentException", sdk.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeAtSequenceNumber}},
		{"InvalidArgumentException", sdk.GetShardIteratorInput{
			ShardIteratorType: types.ShardIteratorTypeLatest, StartingSequenceNumber: &seqs[0],
		}},
		{"InvalidArgumentException", sdk.GetShardIteratorInput{
			ShardIteratorType: types.ShardIteratorTypeAtSequenceNumber, StartingSequenceNumber: ptr("12"),
		}},
		{"InvalidArgumentException", sdk.GetShardIteratorInput{ShardIteratorType: types.ShardIteratorTypeAtTimestamp}},
		{"InvalidArgumentException", sdk.GetShardIteratorInput{
			ShardIteratorType: types.ShardIteratorTypeAtTimestamp, Timestamp: ptr(epoch.Add(time.Hour)),
		}},
		{"ValidationException", sdk.GetShardIteratorInput{ShardIteratorType: "SOMEWHERE"}},
		{"ResourceNotFoundException", sdk.GetShardIteratorInput{
			ShardIteratorType: types.ShardIteratorTypeLatest, ShardId: ptr("shardId-000000000009"),
		}},
	} {
		if tc.in.ShardId == nil {
			tc.in.ShardId = ptr(shard0)
		}
		tc.in.StreamName = ptr("s")
		_, err := c.GetShardIterator(ctx, &tc.in)
		wantCode(t, err, tc.code)
	}
}

func TestIteratorExpires(t *testing.T) {
	c, clock := startFake(t)
	create(t, c, "s", 1)
	it := iterate(t, c, &sdk.GetShardIteratorInput{
		StreamName: ptr("s"), ShardId: ptr(shard0), ShardIteratorType: types.ShardIteratorTypeLatest,
	})
	clock.Advance(5 * time.Minute)
	read(t, c, it)
	clock.Advance(time.Second)
	_, err := c.GetRecords(ctx, &sdk.GetRecordsInput{ShardIterator: it})
	wantCode(t, err, "ExpiredIteratorException")
	_, err = c.GetRecords(ctx, &sdk.GetRecordsInput{ShardIterator: ptr("nonsense")})
	wantCode(t, err, "InvalidArgumentException")

	// An iterator does not outlive its stream, even if another one takes its name.
	it = iterate(t, c, &sdk.GetShardIteratorInput{
		StreamName: ptr("s"), ShardId: ptr(shard0), ShardIteratorType: types.ShardIteratorTypeLatest,
	})
	must[*sdk.DeleteStreamOutput](t)(c.DeleteStream(ctx, &sdk.DeleteStreamInput{StreamName: ptr("s")}))
	create(t, c, "s", 1)
	_, err = c.GetRecords(ctx, &sdk.GetRecordsInput{ShardIterator: it})
	wantCode(t, err, "ResourceNotFoundException")
}

func TestGetRecordsPagesAndLag(t *testing.T) {
	c, clock := startFake(t)
	create(t, c, "s", 1)
	for i := range 3 {
		put(t, c, "s", "k", fmt.Sprint(i))
		clock.Advance(time.Second)
	}
	it := iterate(t, c, &sdk.GetShardIteratorInput{
		StreamName: ptr("s"), ShardId: ptr(shard0), ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	})
	var got []string
	for i, wantLag := range []int64{2000, 1000, 0, 0} {
		out := must[*sdk.GetRecordsOutput](t)(c.GetRecords(ctx, &sdk.GetRecordsInput{
			ShardIterator: it, Limit: ptr[int32](1),
		}))
		if *out.MillisBehindLatest != wantLag {
			t.Errorf("read %d: %d ms behind, want %d", i, *out.MillisBehindLatest, wantLag)
		}
		got = append(got, datas(out))
		it = out.NextShardIterator
	}
	if s := strings.Join(got, ","); s != "0,1,2," {
		t.Errorf("got %q", s)
	}
	_, err := c.GetRecords(ctx, &sdk.GetRecordsInput{ShardIterator: it, Limit: ptr[int32](10001)})
	wantCode(t, err, "ValidationException")

	first := read(t, c,
		iterate(t, c, &sdk.GetShardIteratorInput{
			StreamName: ptr("s"), ShardId: ptr(shard0), ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
		})).Records[0]
	if *first.PartitionKey != "k" || !first.ApproximateArrivalTimestamp.Equal(epoch) {
		t.Errorf("record %+v", first)
	}
}

func TestPutRecordRefuses(t *testing.T) {
	c, _ := startFake(t)
	create(t, c, "s", 1)
	for _, tc := range []struct {
		code string
		in   sdk.PutRecordInput
	}{
		{"ValidationException", sdk.PutRecordInput{PartitionKey: ptr(""), Data: []byte("x")}},
		{"ValidationException", sdk.PutRecordInput{PartitionKey: ptr(strings.Repeat("k", 257)), Data: []byte("x")}},
		{"ValidationException", sdk.PutRecordInput{PartitionKey: ptr("k"), Data: bytes.Repeat([]byte("x"), 1<<20)}},
		{"InvalidArgumentException", sdk.PutRecordInput{
			PartitionKey: ptr("k"), Data: []byte("x"), ExplicitHashKey: ptr("340282366920938463463374607431768211456"),
		}},
		{"InvalidArgumentException", sdk.PutRecordInput{
			PartitionKey: ptr("k"), Data: []byte("x"), SequenceNumberForOrdering: ptr("7"),
		}},
		{"ResourceNotFoundException", sdk.PutRecordInput{
			StreamName: ptr("nowhere"), PartitionKey: ptr("k"), Data: []byte("x"),
		}},
	} {
		if tc.in.StreamName == nil {
			tc.in.StreamName = ptr("s")
		}
		_, err := c.PutRecord(ctx, &tc.in)
		wantCode(t, err, tc.code)
	}
}

func TestExplicitHashKeyAndOrdering(t *testing.T) {
	c, _ := startFake(t)
	create(t, c, "s", 2)
	half := "170141183460469231731687303715884105728" // 2^127: where the second shard begins
	first := must[*sdk.PutRecordOutput](t)(c.PutRecord(ctx, &sdk.PutRecordInput{
		StreamName: ptr("s"), PartitionKey: ptr("k"), ExplicitHashKey: &half, Data: []byte("x"),
	}))
	if *first.ShardId != "shardId-000000000001" {
		t.Errorf("shard %s", *first.ShardId)
	}
	second := must[*sdk.PutRecordOutput](t)(c.PutRecord(ctx, &sdk.PutRecordInput{
		StreamName: ptr("s"), PartitionKey: ptr("k"), ExplicitHashKey: &half, SequenceNumberForOrdering: first.SequenceNumber,
		Data: []byte("y"),
	}))
	if *second.SequenceNumber <= *first.SequenceNumber {
		t.Errorf("%s after %s", *second.SequenceNumber, *first.SequenceNumber)
	}
	// A sequence number of one shard is not a position in another.
	_, err := c.GetShardIterator(ctx, &sdk.GetShardIteratorInput{
		StreamName: ptr("s"), ShardId: ptr(shard0), ShardIteratorType: types.ShardIteratorTypeAtSequenceNumber,
		StartingSequenceNumber: first.SequenceNumber,
	})
	wantCode(t, err, "InvalidArgumentException")
}

func TestWriteLimits(t *testing.T) {
	clock := clockwork.NewFakeClockAt(epoch)
	c := start(t, clock, kinesis.Config{Limits: true})
	create(t, c, "s", 1)
	batch := func(n int) (failed int32) {
		entries := make([]types.PutRecordsRequestEntry, n)
		for i := range entries {
			entries[i] = types.PutRecordsRequestEntry{PartitionKey: ptr("k"), Data: []byte("x")}
		}
		out := must[*sdk.PutRecordsOutput](t)(c.PutRecords(ctx, &sdk.PutRecordsInput{StreamName: ptr("s"), Records: entries}))
		for i, r := range out.Records {
			if refused := r.ErrorCode != nil; refused != (i >= n-int(*out.FailedRecordCount)) {
				t.Fatalf("record %d: %+v", i, r)
			} else if refused && *r.ErrorCode != "ProvisionedThroughputExceededException" {
				t.Fatalf("code %s", *r.ErrorCode)
			}
		}
		return *out.FailedRecordCount
	}
	if f := batch(500); f != 0 {
		t.Errorf("first 500: %d failed", f)
	}
	if f := batch(500); f != 0 {
		t.Errorf("second 500: %d failed", f)
	}
	if f := batch(10); f != 10 {
		t.Errorf("1,001st on: %d failed", f)
	}
	_, err := c.PutRecord(ctx, &sdk.PutRecordInput{StreamName: ptr("s"), PartitionKey: ptr("k"), Data: []byte("x")})
	wantCode(t, err, "ProvisionedThroughputExceededException")
	clock.Advance(100 * time.Millisecond) // a tenth of a second refills a tenth
	if f := batch(150); f != 50 {
		t.Errorf("after 100 ms: %d failed", f)
	}
	clock.Advance(time.Second)
	put(t, c, "s", "k", strings.Repeat("x", 1<<20-1))
	_, err = c.PutRecord(ctx, &sdk.PutRecordInput{StreamName: ptr("s"), PartitionKey: ptr("k"), Data: []byte("x")})
	wantCode(t, err, "ProvisionedThroughputExceededException")
}

func TestReadLimits(t *testing.T) {
	clock := clockwork.NewFakeClockAt(epoch)
	c := start(t, clock, kinesis.Config{Limits: true})
	create(t, c, "s", 1)
	it := iterate(t, c, &sdk.GetShardIteratorInput{
		StreamName: ptr("s"), ShardId: ptr(shard0), ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	})
	for range 5 {
		read(t, c, it)
	}
	_, err := c.GetRecords(ctx, &sdk.GetRecordsInput{ShardIterator: it})
	wantCode(t, err, "ProvisionedThroughputExceededException")
	clock.Advance(200 * time.Millisecond)
	read(t, c, it)

	// A read of 4 MB pays for two seconds.
	for range 4 {
		clock.Advance(time.Second)
		put(t, c, "s", "k", strings.Repeat("x", 1<<20-1))
	}
	clock.Advance(time.Second)
	if n := len(read(t, c, it).Records); n != 4 {
		t.Fatalf("%d records", n)
	}
	clock.Advance(900 * time.Millisecond)
	_, err = c.GetRecords(ctx, &sdk.GetRecordsInput{ShardIterator: it})
	wantCode(t, err, "ProvisionedThroughputExceededException")
	clock.Advance(200 * time.Millisecond)
	read(t, c, it)
}

func TestPutRecordsRefuses(t *testing.T) {
	c, _ := startFake(t)
	create(t, c, "s", 1)
	_, err := c.PutRecords(ctx, &sdk.PutRecordsInput{StreamName: ptr("s"), Records: []types.PutRecordsRequestEntry{}})
	wantCode(t, err, "ValidationException")
	many := make([]types.PutRecordsRequestEntry, 501)
	for i := range many {
		many[i] = types.PutRecordsRequestEntry{PartitionKey: ptr("k"), Data: []byte{}}
	}
	_, err = c.PutRecords(ctx, &sdk.PutRecordsInput{StreamName: ptr("s"), Records: many})
	wantCode(t, err, "ValidationException")
}
