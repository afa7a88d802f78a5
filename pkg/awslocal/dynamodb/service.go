package dynamodb

import (
	"context"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/expr"
)

// Config says how the service behaves where AWS's own behaviour is a matter of time and load.
// The zero value is ready.
type Config struct {
	Clock clockwork.Clock // default the real clock

	// ActiveAfter is how long a new table is CREATING, a changed one UPDATING and a new index
	// CREATING; default 0, at once.
	ActiveAfter time.Duration

	// TTLSweep is the time between two sweeps for expired items; default 1 s. AWS promises
	// days; a lab wants to see it happen.
	TTLSweep time.Duration

	// Throttling limits what tables and partitions serve; default nil, nothing throttles.
	Throttling *Throttling
}

// Service is an embedded DynamoDB. It is safe for concurrent use.
type Service struct {
	cfg      Config
	clock    clockwork.Clock
	compiler expr.Compiler
	tokens   tokens

	mu      sync.RWMutex // guards the maps; taken before any table's lock
	tables  map[tableID]*table
	streams map[string]*stream // by ARN; they outlive their tables

	stop context.CancelFunc
	done chan struct{}
}

// New returns an empty service and starts its TTL sweeps, which Close ends.
func New(cfg Config) *Service {
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	if cfg.TTLSweep <= 0 {
		cfg.TTLSweep = time.Second
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Service{
		cfg: cfg, clock: cfg.Clock,
		tables: map[tableID]*table{}, streams: map[string]*stream{},
		stop: stop, done: make(chan struct{}),
	}
	ticker := s.clock.NewTicker(cfg.TTLSweep)
	go func() {
		defer close(s.done)
		defer ticker.Stop()
		s.sweepUntil(ctx, ticker.Chan())
	}()
	return s
}

// Close ends the TTL sweeps and returns when they have ended. Its error is always nil.
func (s *Service) Close() error {
	s.stop()
	<-s.done
	return nil
}

// home is the account and region that a request speaks to; each has its own tables.
type home struct{ account, region string }

func (h home) arn(resource string) string {
	return "arn:aws:dynamodb:" + h.region + ":" + h.account + ":" + resource
}

type handler func(*Service, *api.Request) (any, error)

// handle makes a handler of a method that takes the decoded input.
func handle[In any](operation func(*Service, home, *In) (any, error)) handler {
	return func(s *Service, r *api.Request) (any, error) {
		in := new(In)
		if err := r.Decode(in); err != nil {
			return nil, err
		}
		return operation(s, home{r.Account, r.Region}, in)
	}
}

// operations is what DynamoDB_20120810 answers.
var operations = map[string]handler{
	"CreateTable":   handle((*Service).createTable),
	"UpdateTable":   handle((*Service).updateTable),
	"DeleteTable":   handle((*Service).deleteTable),
	"DescribeTable": handle((*Service).describeTable),
	"ListTables":    handle((*Service).listTables),

	"UpdateTimeToLive":   handle((*Service).updateTimeToLive),
	"DescribeTimeToLive": handle((*Service).describeTimeToLive),

	"TagResource":        handle((*Service).tagResource),
	"UntagResource":      handle((*Service).untagResource),
	"ListTagsOfResource": handle((*Service).listTagsOfResource),

	"DescribeLimits":    handle((*Service).describeLimits),
	"DescribeEndpoints": describeEndpoints,

	"PutItem":    handle((*Service).putItem),
	"GetItem":    handle((*Service).getItem),
	"UpdateItem": handle((*Service).updateItem),
	"DeleteItem": handle((*Service).deleteItem),
	"Query":      handle((*Service).query),
	"Scan":       handle((*Service).scan),

	"BatchGetItem":       handle((*Service).batchGetItem),
	"BatchWriteItem":     handle((*Service).batchWriteItem),
	"TransactGetItems":   handle((*Service).transactGetItems),
	"TransactWriteItems": handle((*Service).transactWriteItems),
}

// Call answers one operation of DynamoDB_20120810.
func (s *Service) Call(_ context.Context, r *api.Request) (any, error) {
	operation, known := operations[r.Operation]
	if !known {
		return nil, api.Unknown(r.Operation)
	}
	return operation(s, r)
}
