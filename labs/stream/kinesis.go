package stream

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	pollEvery     = 200 * time.Millisecond // a shard allows five reads a second, of all its readers together
	batched       = 3.0                    // records that a read waits for: a batch of one has no neighbours to suffer
	discoverEvery = 500 * time.Millisecond // how often a consumer looks for shards to read, unless it reads more rarely
	readAhead     = 1000                   // records a read
)

// kinesisLog is a Kinesis stream. Its consumers keep their checkpoints in a table, as the Kinesis
// Client Library does. Unlike that they have fixed shares of the shards instead of leases: a dead
// consumer's shards wait until it is back.
type kinesisLog struct {
	stream      string
	checkpoints *checkpoints
	every       time.Duration // between two reads of a shard

	mu      sync.Mutex
	written map[string]int // records by shard, as the intake was told
}

func newKinesis(env *lab.Env) log {
	return &kinesisLog{
		stream:      env.Name("movements"),
		checkpoints: &checkpoints{table: env.Name("checkpoints")},
		every:       max(pollEvery, time.Duration(batched*shards/env.Rate*float64(time.Second))),
		written:     map[string]int{},
	}
}

func (k *kinesisLog) create(ctx context.Context, i *lab.Instance) error {
	if err := k.checkpoints.create(ctx, i); err != nil {
		return err
	}
	if _, err := i.Kinesis().CreateStream(ctx, &kinesis.CreateStreamInput{StreamName: &k.stream, ShardCount: aws.Int32(shards)}); err != nil {
		return fmt.Errorf("create stream: %w", err)
	}
	return k.waitActive(ctx, i)
}

func (k *kinesisLog) waitActive(ctx context.Context, i *lab.Instance) error {
	return lab.Poll(ctx, "the stream is active", func(ctx context.Context) (bool, error) {
		s, err := i.Kinesis().DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: &k.stream})
		return err == nil && s.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive, err
	})
}

func (k *kinesisLog) writer(i *lab.Instance) func(context.Context, string, []byte) error {
	return func(ctx context.Context, key string, body []byte) error {
		out, err := i.Kinesis().PutRecord(ctx, &kinesis.PutRecordInput{StreamName: &k.stream, PartitionKey: &key, Data: body})
		if err != nil {
			return fmt.Errorf("put record: %w", err)
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		k.written[*out.ShardId]++
		return nil
	}
}

// consume keeps a reader on each shard that the consumer may read.
func (k *kinesisLog) consume(ctx context.Context, i *lab.Instance, consumer int, handle func(context.Context, source) error) error {
	var readers sync.WaitGroup
	defer readers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error)
	reading := map[string]bool{}
	tick := time.NewTicker(max(discoverEvery, k.every))
	defer tick.Stop()
	for {
		all, err := k.shards(ctx, i)
		if err != nil {
			return err
		}
		at := map[string]position{}
		// While every shard of its share is read, there is no checkpoint that a consumer has to know of.
		if slices.ContainsFunc(share(plain(all), consumer, consumers), func(s shard) bool { return !reading[s.id] }) {
			if at, err = k.checkpoints.all(ctx, i); err != nil {
				return err
			}
		}
		for _, s := range readable(plain(all), at, consumer, consumers) {
			if reading[s.id] {
				continue
			}
			reading[s.id] = true
			readers.Go(func() {
				select {
				case ended <- k.read(ctx, i, s.id, at[s.id], handle):
				case <-ctx.Done():
				}
			})
		}
		select {
		case err := <-ended:
			if err != nil {
				return err
			}
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ready has nothing to wait for: which shards are whose is fixed.
func (k *kinesisLog) ready(context.Context, *lab.Instance) error { return nil }

// read reads one shard from its checkpoint, to its end if it comes to that.
func (k *kinesisLog) read(ctx context.Context, i *lab.Instance, id string, from position, handle func(context.Context, source) error) error {
	it, err := k.iterator(ctx, i, id, from)
	if err != nil {
		return err
	}
	r := &shardReader{log: k, i: i, shard: id, iterator: it, at: from}
	if err := handle(ctx, r); !errors.Is(err, errEnded) {
		return err
	}
	r.at.ended = true
	return k.checkpoints.put(ctx, i, id, r.at)
}

func (k *kinesisLog) iterator(ctx context.Context, i *lab.Instance, id string, from position) (*string, error) {
	in := &kinesis.GetShardIteratorInput{StreamName: &k.stream, ShardId: &id, ShardIteratorType: types.ShardIteratorTypeTrimHorizon}
	if from.sequence != "" {
		in.ShardIteratorType = types.ShardIteratorTypeAfterSequenceNumber
		in.StartingSequenceNumber = &from.sequence
	}
	out, err := i.Kinesis().GetShardIterator(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("get iterator of %s: %w", id, err)
	}
	return out.ShardIterator, nil
}

// shardReader is a source of one shard.
type shardReader struct {
	log      *kinesisLog
	i        *lab.Instance
	shard    string
	iterator *string // nil once the shard is read to its end
	at       position
	polled   time.Time
	ahead    []types.Record // read, and not returned yet
}

func (r *shardReader) next(ctx context.Context) ([]record, error) {
	for len(r.ahead) == 0 {
		if r.iterator == nil {
			return nil, errEnded
		}
		if err := r.i.Work(ctx, time.Until(r.polled.Add(r.log.every))); err != nil {
			return nil, err
		}
		r.polled = time.Now()
		out, err := r.i.Kinesis().GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: r.iterator, Limit: aws.Int32(readAhead)})
		if err != nil {
			return nil, fmt.Errorf("get records of %s: %w", r.shard, err)
		}
		r.ahead, r.iterator = out.Records, out.NextShardIterator
	}
	n := min(maxBatch, len(r.ahead))
	batch := make([]record, n)
	for j, x := range r.ahead[:n] {
		batch[j] = record{shard: r.shard, at: *x.SequenceNumber, body: x.Data}
	}
	r.ahead = r.ahead[n:]
	return batch, nil
}

func (r *shardReader) checkpoint(ctx context.Context, done []record) error {
	to := position{sequence: done[len(done)-1].at, records: r.at.records + len(done)}
	if err := r.log.checkpoints.put(ctx, r.i, r.shard, to); err != nil {
		return err
	}
	r.at = to
	return nil
}

// lag takes the intake's word for what was written, for to count it in the stream would take reads
// from the consumers.
func (k *kinesisLog) lag(ctx context.Context, i *lab.Instance) (map[string]int, error) {
	k.mu.Lock() // before the checkpoints are read, so that what is not in them yet is not taken for done
	behind := make(map[string]int, len(k.written))
	for id, n := range k.written {
		behind[id] = n
	}
	k.mu.Unlock()
	at, err := k.checkpoints.all(ctx, i)
	if err != nil {
		return nil, err
	}
	for id := range behind {
		behind[id] = max(0, behind[id]-at[id].records)
	}
	return behind, nil
}

// double splits every open shard in the middle of its range of hash keys.
func (k *kinesisLog) double(ctx context.Context, i *lab.Instance) error {
	all, err := k.shards(ctx, i)
	if err != nil {
		return err
	}
	for _, s := range all {
		if closed(s) {
			continue
		}
		middle, err := midpoint(*s.HashKeyRange.StartingHashKey, *s.HashKeyRange.EndingHashKey)
		if err != nil {
			return fmt.Errorf("split %s: %w", *s.ShardId, err)
		}
		if _, err := i.Kinesis().SplitShard(ctx, &kinesis.SplitShardInput{StreamName: &k.stream, ShardToSplit: s.ShardId, NewStartingHashKey: &middle}); err != nil {
			return fmt.Errorf("split %s: %w", *s.ShardId, err)
		}
		if err := k.waitActive(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// midpoint returns the first hash key of the second half of a range.
func midpoint(from, to string) (string, error) {
	low, ok := new(big.Int).SetString(from, 10)
	high, ok2 := new(big.Int).SetString(to, 10)
	if !ok || !ok2 {
		return "", fmt.Errorf("read hash keys %q to %q: no numbers", from, to)
	}
	sum := low.Add(low, high)
	return sum.Rsh(sum, 1).Add(sum, big.NewInt(1)).String(), nil
}

func (k *kinesisLog) open(ctx context.Context, i *lab.Instance) (int, error) {
	all, err := k.shards(ctx, i)
	n := 0
	for _, s := range all {
		if !closed(s) {
			n++
		}
	}
	return n, err
}

func (k *kinesisLog) shards(ctx context.Context, i *lab.Instance) ([]types.Shard, error) {
	out, err := i.Kinesis().ListShards(ctx, &kinesis.ListShardsInput{StreamName: &k.stream})
	if err != nil {
		return nil, fmt.Errorf("list shards: %w", err)
	}
	return out.Shards, nil
}

func closed(s types.Shard) bool { return s.SequenceNumberRange.EndingSequenceNumber != nil }

func plain(all []types.Shard) []shard {
	list := make([]shard, len(all))
	for n, s := range all {
		list[n].id = *s.ShardId
		for _, parent := range []*string{s.ParentShardId, s.AdjacentParentShardId} {
			if parent != nil {
				list[n].parents = append(list[n].parents, *parent)
			}
		}
	}
	return list
}

func (k *kinesisLog) unread(ctx context.Context, i *lab.Instance, do func(body []byte)) error {
	all, err := k.shards(ctx, i)
	if err != nil {
		return err
	}
	at, err := k.checkpoints.all(ctx, i)
	if err != nil {
		return err
	}
	for _, s := range all {
		if err := k.rest(ctx, i, *s.ShardId, at[*s.ShardId], do); err != nil {
			return err
		}
	}
	return nil
}

// rest reads what lies after the checkpoint of a shard, up to now.
func (k *kinesisLog) rest(ctx context.Context, i *lab.Instance, id string, from position, do func(body []byte)) error {
	it, err := k.iterator(ctx, i, id, from)
	for err == nil && it != nil {
		var out *kinesis.GetRecordsOutput
		if out, err = i.Kinesis().GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: it, Limit: aws.Int32(readAhead)}); err != nil {
			break
		}
		for _, r := range out.Records {
			do(r.Data)
		}
		if it = out.NextShardIterator; aws.ToInt64(out.MillisBehindLatest) == 0 {
			break
		}
		err = i.Work(ctx, pollEvery)
	}
	if err != nil {
		return fmt.Errorf("read the rest of %s: %w", id, err)
	}
	return nil
}
