package stream

import (
	"context"
	"slices"

	"github.com/crashlab/crashlab/pkg/lab"
)

// shard is a shard of a Kinesis stream. The stream lists those that are closed as well.
type shard struct {
	id      string
	parents []string // whose range of keys it took over: one after a split, two after a merge
	closed  bool
}

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

// lineage returns every shard, in the order of their creation.
func (k *kinesisLog) lineage(ctx context.Context, i *lab.Instance) ([]shard, error) {
	listed, err := k.Shards(ctx, i)
	all := make([]shard, len(listed))
	for n, s := range listed {
		all[n] = shard{id: *s.ShardId, closed: s.SequenceNumberRange.EndingSequenceNumber != nil}
		for _, parent := range []*string{s.ParentShardId, s.AdjacentParentShardId} {
			if parent != nil {
				all[n].parents = append(all[n].parents, *parent)
			}
		}
	}
	return all, err
}

// open returns how many shards take records.
func (k *kinesisLog) open(ctx context.Context, i *lab.Instance) (open int, err error) {
	all, err := k.lineage(ctx, i)
	for _, s := range all {
		if !s.closed {
			open++
		}
	}
	return open, err
}

// share returns the shards that are a consumer's to read, sooner or later.
func share(all []shard, consumer int) []shard {
	var mine []shard
	for n, s := range all {
		if n%consumers == consumer {
			mine = append(mine, s)
		}
	}
	return mine
}

// readable returns those of the shards that have not ended and whose parents have. A key's later records lie in
// the child; a consumer that reads it while the parent still has earlier ones overtakes them. A parent that is
// not in the list any more is older than the stream's retention.
func readable(some, all []shard, at map[string]position) []shard {
	unread := func(parent string) bool {
		return !at[parent].Ended && slices.ContainsFunc(all, func(s shard) bool { return s.id == parent })
	}
	return slices.DeleteFunc(some, func(s shard) bool { return at[s.id].Ended || slices.ContainsFunc(s.parents, unread) })
}
