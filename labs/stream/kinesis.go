package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	pollEvery = 200 * time.Millisecond // a shard allows five reads a second, of all its readers together
	batched   = 3.0                    // records that a read waits for: a batch of one has no neighbors to suffer
)

// kinesisLog is a Kinesis stream. Its consumers keep their checkpoints in a table, as the Kinesis Client Library does.
// Unlike that they have fixed shares of the shards instead of leases, so that a dead consumer's shards wait for it, and
// remember nothing: each poll asks for the shards and checkpoints anew.
type kinesisLog struct {
	*part.Stream
	checkpoints *part.Table[position]
	every       time.Duration // between two reads of a shard
	inOrder     bool          // a shard that was split is read to its end before its children
	written     atomic.Int64  // records, as the intake was told
}

// position is a checkpoint: how far the consumers have come in a shard.
type position struct {
	Shard    string `dynamodbav:"shard" key:"hash"`
	Sequence string `dynamodbav:"sequence"` // of the last record that is done; empty at the beginning
	Records  int    `dynamodbav:"records"`  // that are done
	Ended    bool   `dynamodbav:"ended"`    // the shard is closed, and all of it is done
}

func newKinesis(b *lab.Builder) log {
	return &kinesisLog{
		Stream:      part.NewStream(b, "movements", shards),
		checkpoints: part.NewTable[position](b, "checkpoints"),
		every:       roundTime(b),
		inOrder:     b.Guarded(parentsFirst),
	}
}

// roundTime returns how long a round of reads takes. Kafka's reads wait for records; no more is asked of them.
func roundTime(b *lab.Builder) time.Duration {
	return max(pollEvery, time.Duration(batched*shards/b.Rate*float64(time.Second)))
}

func (k *kinesisLog) Append(ctx context.Context, i *lab.Instance, key string, body []byte) error {
	err := k.Put(ctx, i, key, body)
	if err == nil {
		k.written.Add(1)
	}
	return err
}

// consume reads the consumer's shards once, side by side: every second one that is readable.
func (k *kinesisLog) consume(ctx context.Context, i *lab.Instance, handle handler) error {
	polled := time.Now()
	all, at, err := k.positions(lab.Polling(ctx), i)
	if err != nil {
		return err
	}
	var readers errgroup.Group
	for n, s := range all {
		if i.Name == fmt.Sprintf("consumer-%d", n%consumers+1) && (readable(s, at) || !k.inOrder && !at[*s.ShardId].Ended) {
			readers.Go(func() error { return k.read(ctx, i, at[*s.ShardId], handle) })
		}
	}
	return errors.Join(readers.Wait(), i.Work(ctx, time.Until(polled.Add(k.every))))
}

// positions returns the shards in the order of their creation, and by their IDs how far the consumers have come.
func (k *kinesisLog) positions(ctx context.Context, i *lab.Instance) ([]types.Shard, map[string]position, error) {
	all, err := k.Shards(ctx, i)
	at := map[string]position{}
	for _, s := range all {
		at[*s.ShardId] = position{Shard: *s.ShardId}
	}
	return all, at, errors.Join(err, k.checkpoints.Each(ctx, i, func(p position) { at[p.Shard] = p }))
}

// readable reports whether a shard has not ended and its parents have, one after a split, two after a merge: a child
// has its keys' later records. A parent that is not in the list any more is older than the stream's retention.
func readable(s types.Shard, at map[string]position) bool {
	done := func(parent *string) bool {
		p, listed := at[aws.ToString(parent)]
		return p.Ended || !listed
	}
	return !at[*s.ShardId].Ended && done(s.ParentShardId) && done(s.AdjacentParentShardId)
}

// read handles what a shard has after its checkpoint, at most one read.
func (k *kinesisLog) read(ctx context.Context, i *lab.Instance, at position, handle handler) error {
	c, err := k.After(lab.Polling(ctx), i, at.Shard, at.Sequence)
	if err != nil {
		return err
	}
	records, err := c.Read(ctx, i)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(records, maxBatch) {
		var batch []record
		for _, r := range some {
			batch = append(batch, record{shard: at.Shard, at: *r.SequenceNumber, body: r.Data})
		}
		err := handle(ctx, batch, func(ctx context.Context, done []record) error {
			at.Sequence, at.Records = done[len(done)-1].at, at.Records+len(done)
			return k.checkpoints.Put(ctx, i, at)
		})
		if err != nil {
			return err
		}
	}
	if at.Ended = c.Ended; c.Ended {
		return k.checkpoints.Put(ctx, i, at)
	}
	return nil
}

// Lag takes the intake's word for what was written: counting it in the stream would take reads from the consumers.
func (k *kinesisLog) Lag(ctx context.Context, i *lab.Instance) (int, error) {
	behind := int(k.written.Load()) // before the checkpoints are read: what is not in them yet is not taken for done
	err := k.checkpoints.Each(ctx, i, func(p position) { behind -= p.Records })
	return max(0, behind), err
}

func (k *kinesisLog) Left(ctx context.Context, i *lab.Instance, do func(body []byte)) error {
	all, at, err := k.positions(ctx, i)
	for _, s := range all {
		err = errors.Join(err, k.Rest(ctx, i, *s.ShardId, at[*s.ShardId].Sequence, do))
	}
	return err
}

// grow splits shards. One that is split is closed, and its children know their parent.
func (k *kinesisLog) grow(ctx context.Context, i *lab.Instance, to int) error {
	_, err := i.Kinesis().UpdateShardCount(ctx, &kinesis.UpdateShardCountInput{
		StreamName: &k.Name, TargetShardCount: aws.Int32(int32(to)), ScalingType: types.ScalingTypeUniformScaling,
	})
	if err != nil {
		return fmt.Errorf("update shard count: %w", err)
	}
	return lab.Poll(ctx, "the shards are split", func(ctx context.Context) (bool, error) {
		all, err := k.Shards(ctx, i)
		return len(all) == shards+to, err // those that are closed stay in the list
	})
}
