package stepfunctions

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Config describes a Service.
type Config struct {
	Clock  clockwork.Clock // nil means the real one
	Caller api.Caller      // reaches the services that tasks call; without one such tasks fail
	Guard  api.Guard       // of steps and task calls
	Random rand.Source     // of jitter, States.UUID and States.MathRandom; default unpredictable
}

// Service is Step Functions in memory.
type Service struct {
	clock  clockwork.Clock
	caller api.Caller
	guard  api.Guard
	random rand.Source // used with the lock held
	self   api.Service // this service, for tasks that call Step Functions

	ctx    context.Context // of task calls; ends at Close
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu       sync.Mutex
	accounts *api.Accounts[account]
	tasks    map[string]*task // open tasks by token
	ready    []job            // steps that are due, in their order
	working  bool             // a goroutine takes steps
	closed   bool
}

// account holds the resources of one account in one region.
type account struct {
	scope      api.Scope
	machines   map[string]*stateMachine // by name
	activities map[string]*activity     // by name
	executions map[string]*execution    // of standard machines, by ARN
	order      []*execution             // the same, oldest first
}

// unpredictable is the process's random source.
type unpredictable struct{}

func (unpredictable) Uint64() uint64 { return rand.Uint64() }

// New returns a Service without state machines.
func New(cfg Config) *Service {
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	if cfg.Random == nil {
		cfg.Random = unpredictable{}
	}
	s := &Service{
		clock: cfg.Clock, caller: cfg.Caller, guard: cfg.Guard, random: cfg.Random,
		tasks: map[string]*task{},
	}
	s.accounts = api.NewAccounts(&s.mu, newAccount)
	s.self = s
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Close ends all executions where they are, and waits for task calls in progress. It is idempotent.
func (s *Service) Close() error {
	s.cancel()
	s.mu.Lock()
	s.closed = true
	s.ready = nil
	for a := range s.accounts.All() {
		for _, m := range a.machines {
			for x := range m.running {
				x.halt()
			}
		}
	}
	s.mu.Unlock()
	s.wg.Wait()
	return nil
}

// operations lists the covered operations; others are answered as unknown.
var operations = api.Operations[*Service]{
	"CreateStateMachine":               op((*Service).createStateMachine),
	"UpdateStateMachine":               op((*Service).updateStateMachine),
	"DeleteStateMachine":               op((*Service).deleteStateMachine),
	"DescribeStateMachine":             op((*Service).describeStateMachine),
	"ListStateMachines":                op((*Service).listStateMachines),
	"ValidateStateMachineDefinition":   op((*Service).validateStateMachineDefinition),
	"TestState":                        api.Op((*Service).testState),
	"StartExecution":                   op((*Service).startExecution),
	"StartSyncExecution":               api.Op((*Service).startSyncExecution),
	"StopExecution":                    op((*Service).stopExecution),
	"RedriveExecution":                 op((*Service).redriveExecution),
	"DescribeExecution":                op((*Service).describeExecution),
	"DescribeStateMachineForExecution": op((*Service).describeStateMachineForExecution),
	"ListExecutions":                   op((*Service).listExecutions),
	"GetExecutionHistory":              op((*Service).getExecutionHistory),
	"CreateActivity":                   op((*Service).createActivity),
	"DeleteActivity":                   op((*Service).deleteActivity),
	"DescribeActivity":                 op((*Service).describeActivity),
	"ListActivities":                   op((*Service).listActivities),
	"GetActivityTask":                  api.Op((*Service).getActivityTask),
	"SendTaskSuccess":                  op((*Service).sendTaskSuccess),
	"SendTaskFailure":                  op((*Service).sendTaskFailure),
	"SendTaskHeartbeat":                op((*Service).sendTaskHeartbeat),
	"TagResource":                      op((*Service).tagResource),
	"UntagResource":                    op((*Service).untagResource),
	"ListTagsForResource":              op((*Service).listTagsForResource),
}

// op makes an operation from a method on the request's account: see [api.OnAccount].
func op[In any](do func(*Service, *account, *In) (any, error)) api.Operation[*Service] {
	return api.OnAccount(func(s *Service) *api.Accounts[account] { return s.accounts }, do)
}

// Call answers one operation; see [api.Service].
func (s *Service) Call(ctx context.Context, r *api.Request) (any, error) {
	return operations.Call(ctx, s, r)
}

// newAccount makes an empty account.
func newAccount(scope api.Scope) *account {
	return &account{
		scope: scope, machines: map[string]*stateMachine{}, activities: map[string]*activity{},
		executions: map[string]*execution{},
	}
}

// now is the time as AWS gives it: to the millisecond.
func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Millisecond) }

// seconds is a time as the JSON protocol wants it.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// secondsOrNil leaves out a time that is not set.
func secondsOrNil(t time.Time) *float64 {
	if t.IsZero() {
		return nil
	}
	f := seconds(t)
	return &f
}
