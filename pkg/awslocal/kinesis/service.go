package kinesis

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Config describes a Service. The zero value is useful: real time, no limits.
type Config struct {
	Clock clockwork.Clock // nil means the real one

	// Limits enforces AWS's limits per shard: 1 MB and 1,000 records per second in, 5 reads and 2 MB per
	// second out. It is for labs about hot shards.
	Limits bool
}

// Service is Kinesis Data Streams in memory. It starts no goroutine: records and iterators expire at the next
// access.
type Service struct {
	clock  clockwork.Clock
	limits bool

	mu      sync.RWMutex
	streams map[key]*stream
}

// New returns a Service without streams.
func New(cfg Config) *Service {
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	return &Service{clock: cfg.Clock, limits: cfg.Limits, streams: map[key]*stream{}}
}

// operations lists the covered operations; others are answered as unknown.
var operations = api.Operations[*Service]{
	"CreateStream":                  op((*Service).createStream),
	"DeleteStream":                  op((*Service).deleteStream),
	"DescribeStream":                op((*Service).describeStream),
	"DescribeStreamSummary":         op((*Service).describeStreamSummary),
	"ListStreams":                   op((*Service).listStreams),
	"ListShards":                    op((*Service).listShards),
	"UpdateStreamMode":              op((*Service).updateStreamMode),
	"IncreaseStreamRetentionPeriod": op((*Service).increaseRetention),
	"DecreaseStreamRetentionPeriod": op((*Service).decreaseRetention),
	"PutRecord":                     op((*Service).putRecord),
	"PutRecords":                    op((*Service).putRecords),
	"GetShardIterator":              op((*Service).getShardIterator),
	"GetRecords":                    op((*Service).getRecords),
	"RegisterStreamConsumer":        op((*Service).registerStreamConsumer),
	"DeregisterStreamConsumer":      op((*Service).deregisterStreamConsumer),
	"DescribeStreamConsumer":        op((*Service).describeStreamConsumer),
	"ListStreamConsumers":           op((*Service).listStreamConsumers),
	"SubscribeToShard":              op((*Service).subscribeToShard),
	"SplitShard":                    op((*Service).splitShard),
	"MergeShards":                   op((*Service).mergeShards),
	"UpdateShardCount":              op((*Service).updateShardCount),
	"AddTagsToStream":               op((*Service).addTagsToStream),
	"RemoveTagsFromStream":          op((*Service).removeTagsFromStream),
	"ListTagsForStream":             op((*Service).listTagsForStream),
	"TagResource":                   op((*Service).tagResource),
	"UntagResource":                 op((*Service).untagResource),
	"ListTagsForResource":           op((*Service).listTagsForResource),
}

// op makes an operation from a method that never waits.
func op[In any](do func(*Service, *api.Request, *In) (any, error)) api.Operation[*Service] {
	return api.Op(func(s *Service, _ context.Context, r *api.Request, in *In) (any, error) { return do(s, r, in) })
}

// Call answers one operation; see [api.Service].
func (s *Service) Call(ctx context.Context, r *api.Request) (any, error) {
	return operations.Call(ctx, s, r)
}

// now is the service's time in UTC; AWS keeps milliseconds.
func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Millisecond) }

func invalidArgument(format string, args ...any) error {
	return api.Errorf("InvalidArgumentException", format, args...)
}

// validation is the error of a member outside its bounds, in the wording that AWS shares
// between services.
func validation(value any, member, constraint string) error {
	return api.Errorf("ValidationException",
		"1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: Member must %s", value, member,
		constraint)
}

func between(value int, member string, low, high int) error {
	switch {
	case value < low:
		return validation(value, member, fmt.Sprintf("have value greater than or equal to %d", low))
	case value > high:
		return validation(value, member, fmt.Sprintf("have value less than or equal to %d", high))
	}
	return nil
}
