package stream

import (
	"context"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/lab"
)

// log is what lies between the intake and the consumers: records with a key in shards, kept in order within a
// shard, read from a checkpoint on. Kinesis and Kafka differ in what a checkpoint is, in who assigns the
// shards, and in what they know of a shard's past.
type log interface {
	// Append appends a record and returns once the log has it.
	Append(ctx context.Context, i *lab.Instance, key string, body []byte) error
	// consume reads the consumer's shards batch after batch, until ctx ends or something fails.
	consume(ctx context.Context, i *lab.Instance, consumer int, handle handler) error
	// Lag returns how many records lie after their shard's checkpoint.
	Lag(ctx context.Context, i *lab.Instance) (int, error)
	// open returns how many shards take records.
	open(ctx context.Context, i *lab.Instance) (int, error)
	// double divides each of them in two.
	double(ctx context.Context, i *lab.Instance) error
	// Left calls do for every record that lies after its shard's checkpoint.
	Left(ctx context.Context, i *lab.Instance, do func(body []byte)) error
}

// handler processes records of one shard, or of several partitions of Kafka, at most maxBatch.
type handler func(ctx context.Context, batch []record, checkpoint checkpoint) error

// checkpoint says that records of a batch are done, and all before them.
type checkpoint func(ctx context.Context, done []record) error

// record is one record of the log.
type record struct {
	shard   string
	at      string // sequence number or offset
	body    []byte
	message kafka.Message // that it came as, from Kafka
}

const (
	shards    = 2 // at first
	consumers = 2
	maxBatch  = 8
)
