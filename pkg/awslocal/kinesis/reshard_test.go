package kinesis_test

import (
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/crashlab/crashlab/pkg/awslocal/kinesis"
)

func shards(t testing.TB, c *sdk.Client, stream string, filter *types.ShardFilter) []types.Shard {
	t.Helper()
	return must[*sdk.ListShardsOutput](t)(c.ListShards(ctx, &sdk.ListShardsInput{
		StreamName: &stream, ShardFilter: filter,
	})).Shards
}

func ids(shards []types.Shard) string {
	var s []string
	for _, h := range shards {
		s = append(s, strings.TrimLeft(strings.TrimPrefix(*h.ShardId, "shardId-"), "0"))
	}
	return strings.Join(s, ",")
}

var (
	twoTo128 = new(big.Int).Lsh(big.NewInt(1), 128)
	quarter  = new(big.Int).Rsh(twoTo128, 2).String()
	half     = new(big.Int).Rsh(twoTo128, 1).String()
)

func TestSplit(t *testing.T) {
	c, clock := startFake(t)
	create(t, c, "s", 1)
	put(t, c, "s", "k", "before")
	must[*sdk.SplitShardOutput](t)(c.SplitShard(ctx, &sdk.SplitShardInput{
		StreamName: ptr("s"), ShardToSplit: ptr(shard0), NewStartingHashKey: &half,
	}))
	after := put(t, c, "s", "k", "after")

	all := shards(t, c, "s", nil)
	if len(all) != 3 || all[0].SequenceNumberRange.EndingSequenceNumber == nil || *all[1].ParentShardId != shard0 ||
		*all[2].HashKeyRange.StartingHashKey != half {
		t.Fatalf("shards %+v", all)
	}
	out := read(t, c,
		iterate(t, c, &sdk.GetShardIteratorInput{
			StreamName: ptr("s"), ShardId: ptr(shard0), ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
		}))
	if datas(out) != "before" || out.NextShardIterator != nil || len(out.ChildShards) != 2 {
		t.Fatalf("parent %q, next %v, children %+v", datas(out), out.NextShardIterator, out.ChildShards)
	}
	if child := out.ChildShards[1]; *child.ShardId != "shardId-000000000002" || child.ParentShards[0] != shard0 ||
		*child.HashKeyRange.StartingHashKey != half {
		t.Errorf("child %+v", child)
	}
	if *after.SequenceNumber <= *out.Records[0].SequenceNumber {
		t.Error("a child's numbers must follow its parent's")
	}

	for code, in := range map[string]*sdk.SplitShardInput{
		"InvalidArgumentException":  {ShardToSplit: ptr("shardId-000000000001"), NewStartingHashKey: ptr("0")},
		"ResourceNotFoundException": {ShardToSplit: ptr("shardId-000000000042"), NewStartingHashKey: ptr("1")},
		"ValidationException":       {ShardToSplit: ptr("shardId-000000000001"), NewStartingHashKey: ptr("x")},
	} {
		in.StreamName = ptr("s")
		_, err := c.SplitShard(ctx, in)
		wantCode(t, err, code)
	}
	_, err := c.SplitShard(ctx, &sdk.SplitShardInput{
		StreamName: ptr("s"), ShardToSplit: ptr(shard0), NewStartingHashKey: &half,
	})
	wantCode(t, err, "InvalidArgumentException") // closed

	// The closed parent expires with its last records.
	clock.Advance(25 * time.Hour)
	if got := ids(shards(t, c, "s", nil)); got != "1,2" {
		t.Errorf("after retention: %s", got)
	}
}

func TestMerge(t *testing.T) {
	c, _ := startFake(t)
	create(t, c, "s", 3)
	_, err := c.MergeShards(ctx, &sdk.MergeShardsInput{
		StreamName: ptr("s"), ShardToMerge: ptr(shard0), AdjacentShardToMerge: ptr("shardId-000000000002"),
	})
	wantCode(t, err, "InvalidArgumentException")
	must[*sdk.MergeShardsOutput](t)(c.MergeShards(ctx, &sdk.MergeShardsInput{
		StreamName: ptr("s"), ShardToMerge: ptr("shardId-000000000001"), AdjacentShardToMerge: ptr(shard0),
	}))
	all := shards(t, c, "s", nil)
	merged := all[3]
	if *merged.ParentShardId != shard0 || *merged.AdjacentParentShardId != "shardId-000000000001" ||
		*merged.HashKeyRange.StartingHashKey != "0" {
		t.Errorf("merged %+v", merged)
	}
	out := read(t, c,
		iterate(t, c, &sdk.GetShardIteratorInput{
			StreamName: ptr("s"), ShardId: ptr(shard0), ShardIteratorType: types.ShardIteratorTypeLatest,
		}))
	if len(out.ChildShards) != 1 || len(out.ChildShards[0].ParentShards) != 2 {
		t.Errorf("children %+v", out.ChildShards)
	}
}

func TestUpdateShardCount(t *testing.T) {
	c, _ := startFake(t)
	create(t, c, "s", 2)
	scale := func(n int32) error {
		_, err := c.UpdateShardCount(ctx, &sdk.UpdateShardCountInput{
			StreamName: ptr("s"), TargetShardCount: &n, ScalingType: types.ScalingTypeUniformScaling,
		})
		return err
	}
	wantCode(t, scale(5), "LimitExceededException")
	for _, n := range []int32{4, 3, 6, 5, 5, 3, 2} {
		if err := scale(n); err != nil {
			t.Fatal(err)
		}
		open := shards(t, c, "s", &types.ShardFilter{Type: types.ShardFilterTypeAtLatest})
		if len(open) != int(n) {
			t.Fatalf("%d open shards, want %d", len(open), n)
		}
		width := new(big.Int).Div(twoTo128, big.NewInt(int64(n)))
		for _, h := range open {
			lo, _ := new(big.Int).SetString(*h.HashKeyRange.StartingHashKey, 10)
			hi, _ := new(big.Int).SetString(*h.HashKeyRange.EndingHashKey, 10)
			if d := hi.Sub(hi, lo).Sub(hi, width); d.CmpAbs(big.NewInt(1)) > 0 {
				t.Errorf("shard %s of %d is off by %s", *h.ShardId, n, d)
			}
		}
	}
	wantCode(t, scale(0), "ValidationException")
	if err := scale(1); err != nil {
		t.Fatal(err)
	}
}

func TestListShardsFiltersAndPages(t *testing.T) {
	c, clock := startFake(t)
	create(t, c, "s", 2)
	clock.Advance(time.Minute)
	must[*sdk.SplitShardOutput](t)(c.SplitShard(ctx, &sdk.SplitShardInput{
		StreamName: ptr("s"), ShardToSplit: ptr(shard0), NewStartingHashKey: &quarter,
	}))
	clock.Advance(time.Minute)
	for _, tc := range []struct {
		filter types.ShardFilter
		want   string
	}{
		{types.ShardFilter{Type: types.ShardFilterTypeAtLatest}, "1,2,3"},
		{types.ShardFilter{Type: types.ShardFilterTypeAtTrimHorizon}, ",1"},
		{types.ShardFilter{Type: types.ShardFilterTypeFromTrimHorizon}, ",1,2,3"},
		{types.ShardFilter{Type: types.ShardFilterTypeAtTimestamp, Timestamp: ptr(epoch.Add(30 * time.Second))}, ",1"},
		{types.ShardFilter{Type: types.ShardFilterTypeAtTimestamp, Timestamp: ptr(epoch.Add(90 * time.Second))}, "1,2,3"},
		{types.ShardFilter{Type: types.ShardFilterTypeFromTimestamp, Timestamp: ptr(epoch.Add(30 * time.Second))}, ",1,2,3"},
		{types.ShardFilter{Type: types.ShardFilterTypeAfterShardId, ShardId: ptr("shardId-000000000001")}, "2,3"},
	} {
		if got := ids(shards(t, c, "s", &tc.filter)); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.filter.Type, got, tc.want)
		}
	}

	first := must[*sdk.ListShardsOutput](t)(c.ListShards(ctx, &sdk.ListShardsInput{
		StreamName: ptr("s"), MaxResults: ptr[int32](3),
	}))
	rest := must[*sdk.ListShardsOutput](t)(c.ListShards(ctx, &sdk.ListShardsInput{NextToken: first.NextToken}))
	if len(first.Shards) != 3 || len(rest.Shards) != 1 || rest.NextToken != nil {
		t.Errorf("pages of %d and %d", len(first.Shards), len(rest.Shards))
	}
	_, err := c.ListShards(ctx, &sdk.ListShardsInput{StreamName: ptr("s"), NextToken: first.NextToken})
	wantCode(t, err, "InvalidArgumentException")
	page := must[*sdk.DescribeStreamOutput](t)(c.DescribeStream(ctx, &sdk.DescribeStreamInput{
		StreamName: ptr("s"), Limit: ptr[int32](1), ExclusiveStartShardId: ptr(shard0),
	}))
	if d := page.StreamDescription; !*d.HasMoreShards || ids(d.Shards) != "1" {
		t.Errorf("page %+v", d)
	}
}

// 64 writers put records, each with its own key, while the stream splits, merges and scales. A consumer that
// reads every parent before its children sees each key in order.
func TestOrderPerKeyAcrossReshards(t *testing.T) {
	c := start(t, nil, kinesis.Config{})
	create(t, c, "s", 2)
	const writers, each = 64, 10
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				key := fmt.Sprintf("w%d", w)
				if _, err := c.PutRecord(ctx, &sdk.PutRecordInput{
					StreamName: ptr("s"), PartitionKey: &key, Data: []byte(fmt.Sprint(i)),
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for _, n := range []int32{4, 3, 6, 3, 2} {
			if _, err := c.UpdateShardCount(ctx, &sdk.UpdateShardCountInput{
				StreamName: ptr("s"), TargetShardCount: &n, ScalingType: types.ScalingTypeUniformScaling,
			}); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()

	next := map[string]int{}
	seen := map[string]bool{}
	total := 0
	// IDs are assigned in order, so every parent is listed before its children.
	for _, h := range shards(t, c, "s", nil) {
		for _, parent := range []*string{h.ParentShardId, h.AdjacentParentShardId} {
			if parent != nil && !seen[*parent] {
				t.Fatalf("%s is listed before its parent %s", *h.ShardId, *parent)
			}
		}
		seen[*h.ShardId] = true
		it := iterate(t, c, &sdk.GetShardIteratorInput{
			StreamName: ptr("s"), ShardId: h.ShardId, ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
		})
		for _, r := range read(t, c, it).Records {
			if want := fmt.Sprint(next[*r.PartitionKey]); string(r.Data) != want {
				t.Fatalf("key %s: got %s, want %s", *r.PartitionKey, r.Data, want)
			}
			next[*r.PartitionKey]++
			total++
		}
	}
	if total != writers*each {
		t.Errorf("%d records, want %d", total, writers*each)
	}
}
