package kinesis_test

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/crashlab/crashlab/pkg/awslocal/kinesis"
)

// BenchmarkKinesisPutGet is one PutRecord of 1 KB and one GetRecords that returns it, through
// the SDK and a loopback socket.
func BenchmarkKinesisPutGet(b *testing.B) {
	c := start(b, nil, kinesis.Config{})
	create(b, c, "s", 1)
	data := make([]byte, 1024)
	it := iterate(b, c, &sdk.GetShardIteratorInput{
		StreamName: ptr("s"), ShardId: ptr(shard0), ShardIteratorType: types.ShardIteratorTypeLatest,
	})
	b.ReportAllocs()
	for b.Loop() {
		must[*sdk.PutRecordOutput](b)(c.PutRecord(ctx, &sdk.PutRecordInput{
			StreamName: ptr("s"), PartitionKey: ptr("k"), Data: data,
		}))
		out := read(b, c, it)
		if len(out.Records) != 1 {
			b.Fatalf("%d records", len(out.Records))
		}
		it = out.NextShardIterator
	}
}
