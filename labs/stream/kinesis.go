package stream

import (
	"context"
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
	pollEvery     = 200 * time.Millisecond // a shard allows five reads a second, of all its readers together
	batched       = 3.0                    // records that a read waits for: a batch of one has no neighbors to suffer
	discoverEvery = 500 * time.Millisecond // how often a consumer looks for shards to read, unless it reads more rarely
)

// kinesisLog is a Kinesis stream. Its consumers keep their checkpoints in a table, as the Kinesis Client
// Library does. Unlike that they have fixed shares of the shards instead of leases: a dead consumer's shards
// wait until it is back.
type kinesisLog struct {
	*part.Stream
	checkpoints *part.Table[position]
	every       time.Duration // between two reads of a shard
	written     atomic.Int64  // records, as the intake was told
}

func newKinesis(b *lab.Builder) log {
	return &kinesisLog{
		Stream:      part.NewStream(b, "movements", shards),
		checkpoints: part.NewTable[position](b, "checkpoints"),
		every:       max(pollEvery, time.Duration(batched*shards/b.Rate*float64(time.Second))),
	}
}

func (k *kinesisLog) Append(ctx context.Context, i *lab.Instance, key string, body []byte) error {
	err := k.Put(ctx, i, key, body)
	if err == nil {
		k.written.Add(1)
	}
	return err
}

// consume keeps a reader on each shard that the consumer may read.
func (k *kinesisLog) consume(ctx context.Context, i *lab.Instance, consumer int, handle handler) error {
	readers, ctx := errgroup.WithContext(ctx)
	reading := map[string]bool{}
	readers.Go(func() error {
		for {
			all, err := k.Shards(ctx, i)
			if err != nil {
				return err
			}
			mine := slices.DeleteFunc(share(all, consumer), func(s types.Shard) bool { return reading[*s.ShardId] })
			if len(mine) > 0 { // else there is no checkpoint that it has to know of
				at, err := k.positions(ctx, i)
				if err != nil {
					return err
				}
				for _, s := range readable(mine, all, at) {
					reading[*s.ShardId] = true
					readers.Go(func() error { return k.read(ctx, i, *s.ShardId, at[*s.ShardId], handle) })
				}
			}
			if err := i.Work(ctx, max(discoverEvery, k.every)); err != nil {
				return err
			}
		}
	})
	return readers.Wait()
}

// read reads a shard from its checkpoint, to its end if it comes to that.
func (k *kinesisLog) read(ctx context.Context, i *lab.Instance, id string, at position, handle handler) error {
	at.Shard = id
	c, err := k.After(ctx, i, id, at.Sequence)
	if err != nil {
		return err
	}
	for !c.Ended {
		polled := time.Now()
		records, err := c.Read(ctx, i)
		if err != nil {
			return err
		}
		for some := range slices.Chunk(records, maxBatch) {
			batch := make([]record, len(some))
			for n, r := range some {
				batch[n] = record{shard: id, at: *r.SequenceNumber, body: r.Data}
			}
			err := handle(ctx, batch, func(ctx context.Context, done []record) error {
				at.Sequence, at.Records = done[len(done)-1].at, at.Records+len(done)
				return k.checkpoints.Put(ctx, i, at)
			})
			if err != nil {
				return err
			}
		}
		if err := i.Work(ctx, time.Until(polled.Add(k.every))); err != nil {
			return err
		}
	}
	at.Ended = true
	return k.checkpoints.Put(ctx, i, at)
}

// Lag takes the intake's word for what was written: counting it in the stream would take reads from the
// consumers.
func (k *kinesisLog) Lag(ctx context.Context, i *lab.Instance) (int, error) {
	behind := int(k.written.Load()) // before the checkpoints are read, so that what is not in them yet is not taken for done
	at, err := k.positions(ctx, i)
	for _, p := range at {
		behind -= p.Records
	}
	return max(0, behind), err
}

// double has every open shard split in two. A shard that is split is closed, and its children know their
// parent.
func (k *kinesisLog) double(ctx context.Context, i *lab.Instance) error {
	open, err := k.open(ctx, i)
	if err != nil {
		return err
	}
	_, err = i.Kinesis().UpdateShardCount(ctx, &kinesis.UpdateShardCountInput{
		StreamName: &k.Name, TargetShardCount: aws.Int32(int32(2 * open)), ScalingType: types.ScalingTypeUniformScaling,
	})
	if err != nil {
		return fmt.Errorf("update shard count: %w", err)
	}
	return k.Active(ctx, i)
}

func (k *kinesisLog) Left(ctx context.Context, i *lab.Instance, do func(body []byte)) error {
	at, err := k.positions(ctx, i)
	if err != nil {
		return err
	}
	all, err := k.Shards(ctx, i)
	for n := 0; n < len(all) && err == nil; n++ {
		id := *all[n].ShardId
		err = k.Rest(ctx, i, id, at[id].Sequence, do)
	}
	return err
}
