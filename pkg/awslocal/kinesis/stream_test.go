package kinesis_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/crashlab/crashlab/pkg/awslocal/kinesis"
)

func TestCreateDescribeDelete(t *testing.T) {
	c, _ := startFake(t)
	create(t, c, "orders", 3)
	if err := sdk.NewStreamExistsWaiter(c).Wait(ctx, &sdk.DescribeStreamInput{StreamName: ptr("orders")},
		time.Second); err != nil {
		t.Fatal(err)
	}
	d := must[*sdk.DescribeStreamOutput](t)(c.DescribeStream(ctx, &sdk.DescribeStreamInput{
		StreamName: ptr("orders"),
	})).StreamDescription
	if got := *d.StreamARN; got != "arn:aws:kinesis:us-east-1:000000000000:stream/orders" {
		t.Errorf("arn %s", got)
	}
	if len(d.Shards) != 3 || *d.RetentionPeriodHours != 24 || !d.StreamCreationTimestamp.Equal(epoch) ||
		d.StreamModeDetails.StreamMode != types.StreamModeProvisioned {
		t.Errorf("description %+v", d)
	}
	s := must[*sdk.DescribeStreamSummaryOutput](t)(c.DescribeStreamSummary(ctx, &sdk.DescribeStreamSummaryInput{
		StreamARN: d.StreamARN,
	})).StreamDescriptionSummary
	if *s.OpenShardCount != 3 || s.StreamStatus != types.StreamStatusActive {
		t.Errorf("summary %+v", s)
	}

	_, err := c.CreateStream(ctx, &sdk.CreateStreamInput{StreamName: ptr("orders"), ShardCount: ptr[int32](1)})
	wantCode(t, err, "ResourceInUseException")
	must[*sdk.DeleteStreamOutput](t)(c.DeleteStream(ctx, &sdk.DeleteStreamInput{StreamName: ptr("orders")}))
	_, err = c.DescribeStream(ctx, &sdk.DescribeStreamInput{StreamName: ptr("orders")})
	wantCode(t, err, "ResourceNotFoundException")
	if !strings.Contains(err.Error(), "Stream orders under account 000000000000 not found.") {
		t.Errorf("message %v", err)
	}
}

func TestOnDemand(t *testing.T) {
	c, _ := startFake(t)
	onDemand := &types.StreamModeDetails{StreamMode: types.StreamModeOnDemand}
	must[*sdk.CreateStreamOutput](t)(c.CreateStream(ctx, &sdk.CreateStreamInput{
		StreamName: ptr("od"), StreamModeDetails: onDemand,
	}))
	l := must[*sdk.ListShardsOutput](t)(c.ListShards(ctx, &sdk.ListShardsInput{StreamName: ptr("od")}))
	if len(l.Shards) != 4 {
		t.Errorf("%d shards", len(l.Shards))
	}
	_, err := c.UpdateShardCount(ctx, &sdk.UpdateShardCountInput{
		StreamName: ptr("od"), TargetShardCount: ptr[int32](8), ScalingType: types.ScalingTypeUniformScaling,
	})
	wantCode(t, err, "ValidationException")

	arn := "arn:aws:kinesis:us-east-1:000000000000:stream/od"
	must[*sdk.UpdateStreamModeOutput](t)(c.UpdateStreamMode(ctx, &sdk.UpdateStreamModeInput{
		StreamARN: &arn, StreamModeDetails: &types.StreamModeDetails{StreamMode: types.StreamModeProvisioned},
	}))
	must[*sdk.UpdateShardCountOutput](t)(c.UpdateShardCount(ctx, &sdk.UpdateShardCountInput{
		StreamARN: &arn, TargetShardCount: ptr[int32](8), ScalingType: types.ScalingTypeUniformScaling,
	}))
}

func TestCreateStreamRefuses(t *testing.T) {
	c, _ := startFake(t)
	for name, in := range map[string]*sdk.CreateStreamInput{
		"name":  {StreamName: ptr("no spaces"), ShardCount: ptr[int32](1)},
		"zero":  {StreamName: ptr("s"), ShardCount: ptr[int32](0)},
		"mode":  {StreamName: ptr("s"), StreamModeDetails: &types.StreamModeDetails{StreamMode: "SOMETIMES"}},
		"many":  {StreamName: ptr("s"), ShardCount: ptr[int32](10001)},
		"count": {StreamName: ptr("s")},
		"both": {
			StreamName: ptr("s"), ShardCount: ptr[int32](1), StreamModeDetails: &types.StreamModeDetails{
				StreamMode: types.StreamModeOnDemand,
			},
		},
		"awstag": {StreamName: ptr("s"), ShardCount: ptr[int32](1), Tags: map[string]string{"aws:x": "y"}},
	} {
		_, err := c.CreateStream(ctx, in)
		wantCode(t, err, map[string]string{
			"name": "ValidationException", "zero": "ValidationException", "mode": "ValidationException",
			"many":  "LimitExceededException",
			"count": "InvalidArgumentException", "both": "InvalidArgumentException", "awstag": "InvalidArgumentException",
		}[name])
	}
}

func TestListStreamsPages(t *testing.T) {
	c, _ := startFake(t)
	for i := range 5 {
		create(t, c, fmt.Sprintf("s%d", i), 1)
	}
	var names []string
	pages := sdk.NewListStreamsPaginator(c, &sdk.ListStreamsInput{Limit: ptr[int32](2)})
	n := 0
	for ; pages.HasMorePages(); n++ {
		out := must[*sdk.ListStreamsOutput](t)(pages.NextPage(ctx))
		names = append(names, out.StreamNames...)
	}
	if got := strings.Join(names, ","); got != "s0,s1,s2,s3,s4" || n != 3 {
		t.Errorf("%s in %d pages", got, n)
	}
}

func TestRetention(t *testing.T) {
	c, clock := startFake(t)
	create(t, c, "s", 1)
	_, err := c.IncreaseStreamRetentionPeriod(ctx, &sdk.IncreaseStreamRetentionPeriodInput{
		StreamName: ptr("s"), RetentionPeriodHours: ptr[int32](10000),
	})
	wantCode(t, err, "InvalidArgumentException")
	_, err = c.DecreaseStreamRetentionPeriod(ctx, &sdk.DecreaseStreamRetentionPeriodInput{
		StreamName: ptr("s"), RetentionPeriodHours: ptr[int32](48),
	})
	wantCode(t, err, "InvalidArgumentException")
	must[*sdk.IncreaseStreamRetentionPeriodOutput](t)(c.IncreaseStreamRetentionPeriod(ctx,
		&sdk.IncreaseStreamRetentionPeriodInput{
			StreamName: ptr("s"), RetentionPeriodHours: ptr[int32](48),
		}))
	_, err = c.IncreaseStreamRetentionPeriod(ctx, &sdk.IncreaseStreamRetentionPeriodInput{
		StreamName: ptr("s"), RetentionPeriodHours: ptr[int32](24),
	})
	wantCode(t, err, "InvalidArgumentException")

	put(t, c, "s", "k", "old")
	clock.Advance(47 * time.Hour)
	put(t, c, "s", "k", "new")
	horizon := &sdk.GetShardIteratorInput{
		StreamName: ptr("s"), ShardId: ptr("shardId-000000000000"), ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	}
	if got := datas(read(t, c, iterate(t, c, horizon))); got != "old new" {
		t.Errorf("after 47 h: %q", got)
	}
	clock.Advance(2 * time.Hour)
	if got := datas(read(t, c, iterate(t, c, horizon))); got != "new" {
		t.Errorf("after 49 h: %q", got)
	}
	must[*sdk.DecreaseStreamRetentionPeriodOutput](t)(c.DecreaseStreamRetentionPeriod(ctx,
		&sdk.DecreaseStreamRetentionPeriodInput{
			StreamName: ptr("s"), RetentionPeriodHours: ptr[int32](24),
		}))
}

func TestTags(t *testing.T) {
	c, _ := startFake(t)
	create(t, c, "s", 1)
	arn := "arn:aws:kinesis:us-east-1:000000000000:stream/s"
	must[*sdk.AddTagsToStreamOutput](t)(c.AddTagsToStream(ctx, &sdk.AddTagsToStreamInput{
		StreamName: ptr("s"), Tags: map[string]string{"b": "2", "a": "1", "c": "3"},
	}))
	must[*sdk.TagResourceOutput](t)(c.TagResource(ctx, &sdk.TagResourceInput{
		ResourceARN: &arn, Tags: map[string]string{"d": "4"},
	}))
	must[*sdk.RemoveTagsFromStreamOutput](t)(c.RemoveTagsFromStream(ctx, &sdk.RemoveTagsFromStreamInput{
		StreamName: ptr("s"), TagKeys: []string{"b"},
	}))
	must[*sdk.UntagResourceOutput](t)(c.UntagResource(ctx, &sdk.UntagResourceInput{
		ResourceARN: &arn, TagKeys: []string{"c"},
	}))
	page := must[*sdk.ListTagsForStreamOutput](t)(c.ListTagsForStream(ctx, &sdk.ListTagsForStreamInput{
		StreamName: ptr("s"), Limit: ptr[int32](1),
	}))
	if len(page.Tags) != 1 || *page.Tags[0].Key != "a" || !*page.HasMoreTags {
		t.Errorf("page %+v", page)
	}
	all := must[*sdk.ListTagsForResourceOutput](t)(c.ListTagsForResource(ctx,
		&sdk.ListTagsForResourceInput{ResourceARN: &arn}))
	if len(all.Tags) != 2 || *all.Tags[1].Key != "d" || *all.Tags[1].Value != "4" {
		t.Errorf("tags %+v", all.Tags)
	}
	many := map[string]string{}
	for i := range 49 {
		many[fmt.Sprint("t", i)] = ""
	}
	_, err := c.AddTagsToStream(ctx, &sdk.AddTagsToStreamInput{StreamName: ptr("s"), Tags: many})
	wantCode(t, err, "InvalidArgumentException")
}

func TestUnsupportedAnswersInAWSForm(t *testing.T) {
	c, _ := startFake(t)
	_, err := c.StartStreamEncryption(ctx, &sdk.StartStreamEncryptionInput{
		StreamName: ptr("s"), EncryptionType: types.EncryptionTypeKms, KeyId: ptr("alias/aws/kinesis"),
	})
	wantCode(t, err, "UnknownOperationException")
}

func TestNewIsCheap(t *testing.T) {
	best := time.Hour // of several: a busy machine may take its time over one
	for range 10 {
		begin := time.Now()
		kinesis.New(kinesis.Config{})
		best = min(best, time.Since(begin))
	}
	if best > time.Millisecond {
		t.Errorf("New took %v", best)
	}
}
