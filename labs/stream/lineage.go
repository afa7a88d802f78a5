package stream

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// position is a checkpoint: how far the consumers have come in a shard.
type position struct {
	Shard    string `dynamodbav:"shard" key:"hash"`
	Sequence string `dynamodbav:"sequence"` // of the last record that is done; empty at the beginning
	Records  int    `dynamodbav:"records"`  // that are done
	Ended    bool   `dynamodbav:"ended"`    // the shard is closed, and all of it is done
}

// positions returns the checkpoint of every shard that has one.
func (k *kinesisLog) positions(ctx context.Context, i *lab.Instance) (map[string]position, error) {
	at := map[string]position{}
	err := k.checkpoints.Each(ctx, i, func(p position) { at[p.Shard] = p })
	return at, err
}

// open returns how many shards take records: a shard that is closed stays in the list.
func (k *kinesisLog) open(ctx context.Context, i *lab.Instance) (open int, err error) {
	all, err := k.Shards(ctx, i)
	for _, s := range all {
		if s.SequenceNumberRange.EndingSequenceNumber == nil {
			open++
		}
	}
	return open, err
}

// share returns the shards that are a consumer's to read, sooner or later.
func share(all []types.Shard, consumer int) []types.Shard {
	var mine []types.Shard
	for n, s := range all {
		if n%consumers == consumer {
			mine = append(mine, s)
		}
	}
	return mine
}

// readable returns those of the shards that have not ended and whose parents have: one after a split, two after
// a merge. A key's later records lie in the child; a consumer that reads it while the parent still has earlier
// ones overtakes them. A parent that is not in the list any more is older than the stream's retention.
func readable(some, all []types.Shard, at map[string]position) []types.Shard {
	unread := func(parent *string) bool {
		return parent != nil && !at[*parent].Ended && slices.ContainsFunc(all, func(s types.Shard) bool { return *s.ShardId == *parent })
	}
	return slices.DeleteFunc(some, func(s types.Shard) bool {
		return at[*s.ShardId].Ended || unread(s.ParentShardId) || unread(s.AdjacentParentShardId)
	})
}
