//go:build faketime

package kinesis_test

import (
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/kinesis"
)

func TestRetentionAtItsRealLength(t *testing.T) {
	c := start(t, clockwork.NewRealClock(), kinesis.Config{})
	create(t, c, "s", 1)
	time.Sleep(time.Minute)
	shard := put(t, c, "s", "key", "old").ShardId
	oldest := func() string {
		return datas(read(t, c,
			iterate(t, c, &sdk.GetShardIteratorInput{
				StreamName: ptr("s"), ShardId: shard, ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
			})))
	}
	time.Sleep(24*time.Hour - time.Minute)
	put(t, c, "s", "key", "new")
	if got := oldest(); got != "old new" {
		t.Errorf("before the retention's end: %q", got)
	}
	time.Sleep(2 * time.Minute)
	if got := oldest(); got != "new" {
		t.Errorf("after the retention's end: %q", got)
	}
}
