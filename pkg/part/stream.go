package part

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Stream is a Kinesis stream. The design decides which shards a consumer reads, and from where.
type Stream struct {
	Name string // on the stack
}

// NewStream declares a stream with that many shards.
func NewStream(b *lab.Builder, name string, shards int32) *Stream {
	s := &Stream{Name: b.Name(name)}
	b.Prepare("create stream "+name, func(ctx context.Context, i *lab.Instance) error {
		_, err := i.Kinesis().CreateStream(ctx, &kinesis.CreateStreamInput{StreamName: &s.Name, ShardCount: &shards})
		if err != nil {
			return err
		}
		return s.Active(ctx, i)
	})
	return s
}

// Active waits until the stream has its latest number of shards.
func (s *Stream) Active(ctx context.Context, i *lab.Instance) error {
	return lab.Poll(ctx, "the stream is active", func(ctx context.Context) (bool, error) {
		out, err := i.Kinesis().DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: &s.Name})
		return err == nil && out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive, err
	})
}

// Put appends a record. The SDK retries after a lost answer, which can make a duplicate.
func (s *Stream) Put(ctx context.Context, i *lab.Instance, key string, body []byte) error {
	_, err := i.Kinesis().PutRecord(ctx, &kinesis.PutRecordInput{StreamName: &s.Name, PartitionKey: &key, Data: body})
	return during(err, "put record")
}

// Shards returns the shards, open and closed, in the order of their creation; of more than 1,000 the first.
func (s *Stream) Shards(ctx context.Context, i *lab.Instance) ([]types.Shard, error) {
	out, err := i.Kinesis().ListShards(ctx, &kinesis.ListShardsInput{StreamName: &s.Name})
	if err != nil {
		return nil, during(err, "list shards")
	}
	return out.Shards, nil
}

// Cursor is a position in a shard.
type Cursor struct {
	Ended bool // the shard is closed, and nothing lies after the cursor

	shard    string
	iterator *string
	latest   bool // nothing lies after it yet
}

// After returns the position after a record of the shard, by its sequence number; empty: the shard's
// beginning.
func (s *Stream) After(ctx context.Context, i *lab.Instance, shard, sequence string) (*Cursor, error) {
	in := &kinesis.GetShardIteratorInput{StreamName: &s.Name, ShardId: &shard, ShardIteratorType: "TRIM_HORIZON"}
	if sequence != "" {
		in.ShardIteratorType, in.StartingSequenceNumber = "AFTER_SEQUENCE_NUMBER", &sequence
	}
	out, err := i.Kinesis().GetShardIterator(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("get iterator of %s: %w", shard, err)
	}
	return &Cursor{shard: shard, iterator: out.ShardIterator}, nil
}

// perRead is how many records a read takes at most.
const perRead = 1000

// Read returns the next records and moves past them. A shard allows five reads per second, for all its
// readers together.
func (c *Cursor) Read(ctx context.Context, i *lab.Instance) ([]types.Record, error) {
	out, err := i.Kinesis().GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: c.iterator, Limit: aws.Int32(perRead)})
	if err != nil {
		return nil, fmt.Errorf("get records of %s: %w", c.shard, err)
	}
	c.iterator, c.Ended = out.NextShardIterator, out.NextShardIterator == nil
	// Records of the current millisecond do not count as behind: only a read without any has reached the end.
	c.latest = c.Ended || len(out.Records) == 0 && aws.ToInt64(out.MillisBehindLatest) == 0
	return out.Records, nil
}

// Rest calls do with every record of the shard after a sequence number, for an audit.
func (s *Stream) Rest(ctx context.Context, i *lab.Instance, shard, sequence string, do func(body []byte)) error {
	c, err := s.After(ctx, i, shard, sequence)
	if err != nil {
		return err
	}
	return lab.Poll(ctx, shard+" is read to its end", func(ctx context.Context) (bool, error) {
		records, err := c.Read(ctx, i)
		for _, r := range records {
			do(r.Data)
		}
		return err == nil && c.latest, err
	})
}
