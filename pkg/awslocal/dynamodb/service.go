package dynamodb

import (
	"context"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/expr"
)

// Config describes behavior that on AWS depends on time and load. The zero value is ready.
type Config struct {
	Clock clockwork.Clock // default the real clock
	Guard api.Guard       // of TTL sweeps

	// ActiveAfter is how long a new table is CREATING, a changed one UPDATING and a new index
	// CREATING; default 0, at once.
	ActiveAfter time.Duration

	// TTLSweep is the time between two sweeps for expired items; default 1 s. AWS only promises days.
	TTLSweep time.Duration

	// Throttling limits tables and partitions; default nil: nothing throttles.
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

// home is the account and region of a request; each has its own tables.
type home struct{ account, region string }

func (h home) arn(resource string) string {
	return "arn:aws:dynamodb:" + h.region + ":" + h.account + ":" + resource
}

// op makes an operation from a method that never waits.
func op[In any](do func(*Service, home, *In) (any, error)) api.Operation[*Service] {
	return api.Op(func(s *Service, _ context.Context, r *api.Request, in *In) (any, error) {
		return do(s, home{r.Account, r.Region}, in)
	})
}

// operations lists the operations of DynamoDB_20120810.
var operations = api.Operations[*Service]{
	"CreateTable":   op((*Service).createTable),
	"UpdateTable":   op((*Service).updateTable),
	"DeleteTable":   op((*Service).deleteTable),
	"DescribeTable": op((*Service).describeTable),
	"ListTables":    op((*Service).listTables),

	"UpdateTimeToLive":   op((*Service).updateTimeToLive),
	"DescribeTimeToLive": op((*Service).describeTimeToLive),

	"TagResource":        op((*Service).tagResource),
	"UntagResource":      op((*Service).untagResource),
	"ListTagsOfResource": op((*Service).listTagsOfResource),

	"DescribeContinuousBackups": op((*Service).describeContinuousBackups),

	"DescribeLimits":    op((*Service).describeLimits),
	"DescribeEndpoints": describeEndpoints,

	"PutItem":    op((*Service).putItem),
	"GetItem":    op((*Service).getItem),
	"UpdateItem": op((*Service).updateItem),
	"DeleteItem": op((*Service).deleteItem),
	"Query":      op((*Service).query),
	"Scan":       op((*Service).scan),

	"BatchGetItem":       op((*Service).batchGetItem),
	"BatchWriteItem":     op((*Service).batchWriteItem),
	"TransactGetItems":   op((*Service).transactGetItems),
	"TransactWriteItems": op((*Service).transactWriteItems),

	"ExecuteStatement":      op((*Service).executeStatement),
	"BatchExecuteStatement": op((*Service).batchExecuteStatement),
	"ExecuteTransaction":    op((*Service).executeTransaction),
}

// Call answers one operation of DynamoDB_20120810.
func (s *Service) Call(ctx context.Context, r *api.Request) (any, error) {
	return operations.Call(ctx, s, r)
}
