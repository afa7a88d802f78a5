package part

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Streamed is an option of [NewTable]: the table keeps the keys of changed items in a stream, for 24 hours.
func Streamed(in *dynamodb.CreateTableInput) {
	in.StreamSpecification = &ddbtypes.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: "KEYS_ONLY"}
}

// Changes is a reader of a table's stream, with its progress.
type Changes struct {
	table, key  string // its name, and that of its partition key
	checkpoints *Table[checkpoint]
	idle        time.Duration
}

// checkpoint is a reader's progress in a shard of the stream.
type checkpoint struct {
	Shard    string `dynamodbav:"shard" key:"hash"`
	Sequence string `dynamodbav:"sequence"` // of the last record that is handled
	Records  int    `dynamodbav:"records"`  // that are handled
}

// NewChanges declares a reader of the stream of a table that is [Streamed].
func NewChanges[T any](b *lab.Builder, t *Table[T]) *Changes {
	return &Changes{
		t.Name, *t.keys[0].AttributeName, NewTable[checkpoint](b, "checkpoints"), b.Idle(50*time.Millisecond, 5*time.Second),
	}
}

// Handled returns how many records are before the checkpoints.
func (c *Changes) Handled(ctx context.Context, i *lab.Instance) (n int, err error) {
	err = c.checkpoints.Each(ctx, i, func(at checkpoint) { n += at.Records })
	return n, err
}

// Follow calls do with new changes, at least once and in the order of each key, by the partition key of the
// changed item. If there are none it waits a while. It writes a checkpoint after each handled batch. Call it
// in a loop ([Again]).
func (c *Changes) Follow(ctx context.Context, i *lab.Instance, do func(ctx context.Context, key string) error) error {
	client, poll := dynamodbstreams.NewFromConfig(i.AWS()), lab.Polling(ctx)
	streams, err := client.ListStreams(poll, &dynamodbstreams.ListStreamsInput{TableName: &c.table})
	if err != nil || len(streams.Streams) == 0 {
		return fmt.Errorf("find the stream of %s: %w", c.table, err)
	}
	arn := streams.Streams[0].StreamArn
	stream, err := client.DescribeStream(poll, &dynamodbstreams.DescribeStreamInput{StreamArn: arn})
	if err != nil {
		return fmt.Errorf("describe the stream: %w", err)
	}
	handled := 0
	for _, shard := range stream.StreamDescription.Shards { // a parent is listed before its children
		n, err := c.batch(ctx, i, client, arn, *shard.ShardId, do)
		if err != nil {
			return fmt.Errorf("shard %s: %w", *shard.ShardId, err)
		}
		handled += n
	}
	if handled == 0 {
		return i.Work(ctx, c.idle)
	}
	return nil
}

// batch handles the next records of a shard and returns how many there were.
func (c *Changes) batch(ctx context.Context, i *lab.Instance, client *dynamodbstreams.Client, arn *string, shard string,
	do func(context.Context, string) error) (int, error) {
	poll := lab.Polling(ctx)
	at, found, err := c.checkpoints.Get(poll, i, shard)
	if err != nil {
		return 0, err
	}
	in := &dynamodbstreams.GetShardIteratorInput{StreamArn: arn, ShardId: &shard, ShardIteratorType: "TRIM_HORIZON"}
	if found {
		in.ShardIteratorType, in.SequenceNumber = "AFTER_SEQUENCE_NUMBER", &at.Sequence
	}
	from, err := client.GetShardIterator(poll, in)
	if err != nil {
		return 0, err
	}
	out, err := client.GetRecords(poll, &dynamodbstreams.GetRecordsInput{ShardIterator: from.ShardIterator})
	if err != nil || len(out.Records) == 0 {
		return 0, err
	}
	last := ""
	for _, r := range out.Records {
		key, ok := r.Dynamodb.Keys[c.key].(*types.AttributeValueMemberS)
		if !ok {
			return 0, fmt.Errorf("record %s has no key", *r.Dynamodb.SequenceNumber)
		}
		if err := do(ctx, key.Value); err != nil {
			return 0, err
		}
		last = *r.Dynamodb.SequenceNumber
	}
	return len(out.Records), c.checkpoints.Put(ctx, i, checkpoint{shard, last, at.Records + len(out.Records)})
}
