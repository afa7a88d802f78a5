package stream

import (
	"context"
	"errors"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/lab"
)

// log is what lies between the intake and the consumers: records with a key in shards, kept in order
// within a shard, read from a checkpoint on. Kinesis and Kafka differ in what a checkpoint is, in who
// hands out the shards, and in what they know of a shard's past.
type log interface {
	create(ctx context.Context, i *lab.Instance) error
	// writer returns what appends a record and waits until the log has it.
	writer(i *lab.Instance) func(ctx context.Context, key string, body []byte) error
	// consume reads what is the consumer's with handle, one call a shard or more, until ctx ends or
	// something fails.
	consume(ctx context.Context, i *lab.Instance, consumer int, handle func(context.Context, source) error) error
	// ready returns once every consumer has its part of the log.
	ready(ctx context.Context, i *lab.Instance) error
	// lag returns, by shard, how many records lie after its checkpoint.
	lag(ctx context.Context, i *lab.Instance) (map[string]int, error)
	// double divides every shard in two.
	double(ctx context.Context, i *lab.Instance) error
	// open returns how many shards take records.
	open(ctx context.Context, i *lab.Instance) (int, error)
	// unread calls do for every record that lies after its shard's checkpoint.
	unread(ctx context.Context, i *lab.Instance, do func(body []byte)) error
}

// source is where a consumer reads from: a shard of Kinesis, or the partitions that a member of a
// Kafka group was given.
type source interface {
	// next waits for records and returns at most maxBatch of them.
	next(ctx context.Context) ([]record, error)
	// checkpoint says that records which next returned, and all before them, are done.
	checkpoint(ctx context.Context, done []record) error
}

// record is one record of the log.
type record struct {
	shard   string
	at      string // sequence number or offset
	body    []byte
	message kafka.Message // that it came as, from Kafka
}

// errEnded is what next returns once a shard is closed and read to its end.
var errEnded = errors.New("the shard has ended")

const (
	shards    = 2 // at first
	consumers = 2
	maxBatch  = 8
)

// What a movement takes of an AWS emulator. It is applied to its account; on Kinesis it is put into
// the log as well, and the consumers read shards, look for others and keep their checkpoints.
const (
	kinesisCost = 60 * time.Millisecond
	kafkaCost   = 15 * time.Millisecond
)
