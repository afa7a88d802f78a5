package lambda

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Config describes a Service.
type Config struct {
	Clock  clockwork.Clock // nil means the real one
	Caller api.Caller      // reaches event sources, destinations and dead-letter queues
	Guard  api.Guard       // of work outside of a request
	Log    *zap.Logger     // what functions print; default none

	Handlers map[string]Handler // functions in this process, by the S3Key of their code: see [InProcess]
	Reported func(Report)       // is called at the end of each invocation; it must not wait

	// Processes lets clients create functions that are OS processes of this machine, which then run under its user.
	Processes bool
	// Endpoint says how such a process reaches this AWS.
	Endpoint func() (url, accessKey, secretKey string)

	Concurrency int           // of an account in a region; default 1,000, as on AWS
	ScalingRate int           // new environments of a function in ten seconds; default 1,000, as on AWS
	EventBytes  int           // that wait for their functions at most, of all accounts; default 256 MB; AWS names none
	IdleTime    time.Duration // how long an environment lives without a request; AWS does not say; default 5 min
}

func (c Config) withDefaults() Config {
	if c.Clock == nil {
		c.Clock = clockwork.NewRealClock()
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Concurrency == 0 {
		c.Concurrency = 1000
	}
	if c.ScalingRate == 0 {
		c.ScalingRate = 1000
	}
	if c.EventBytes == 0 {
		c.EventBytes = 256 << 20
	}
	if c.IdleTime == 0 {
		c.IdleTime = 5 * time.Minute
	}
	return c
}

// Service is Lambda in memory.
type Service struct {
	cfg    Config
	clock  clockwork.Clock
	remote *http.Client // of functions that a server runs

	ctx    context.Context // of everything that outlives a request
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	accounts *api.Accounts[account]
	timers   map[*timer]bool
	waiting  int // bytes of the events that are not yet handled or given up
}

// account holds the functions of one account in one region.
type account struct {
	scope     api.Scope
	functions map[string]*function
	mappings  map[string]*mapping // by UUID
	running   int                 // requests in environments that draw on the unreserved concurrency
}

// New returns a Service without functions.
func New(cfg Config) *Service {
	cfg = cfg.withDefaults()
	s := &Service{
		cfg: cfg, clock: cfg.Clock, timers: map[*timer]bool{}, remote: newRemote(),
	}
	s.accounts = api.NewAccounts(&s.mu, newAccount)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Close ends all environments and waits for what runs. Events that wait for their function are lost.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	for t := range s.timers {
		t.Stop()
	}
	clear(s.timers)
	var idle []*environment
	var codes []code
	for a := range s.accounts.All() {
		for _, f := range a.functions {
			idle = append(idle, f.retire()...)
			codes = append(codes, f.codes()...)
		}
	}
	s.mu.Unlock()
	s.cancel()
	stopAll(idle)
	s.work.Wait()
	for _, c := range codes {
		c.release()
	}
	s.remote.CloseIdleConnections()
	return nil
}

// operations lists the covered operations; others are answered as unknown.
var operations = api.Operations[*Service]{
	"CreateFunction":              op((*Service).createFunction),
	"GetFunction":                 op((*Service).getFunction),
	"GetFunctionConfiguration":    op((*Service).getFunctionConfiguration),
	"ListFunctions":               op((*Service).listFunctions),
	"DeleteFunction":              op((*Service).deleteFunction),
	"UpdateFunctionCode":          op((*Service).updateFunctionCode),
	"UpdateFunctionConfiguration": op((*Service).updateFunctionConfiguration),
	"PutFunctionConcurrency":      op((*Service).putFunctionConcurrency),
	"GetFunctionConcurrency":      op((*Service).getFunctionConcurrency),
	"DeleteFunctionConcurrency":   op((*Service).deleteFunctionConcurrency),
	"GetAccountSettings":          op((*Service).getAccountSettings),

	"PublishVersion":         op((*Service).publishVersion),
	"ListVersionsByFunction": op((*Service).listVersions),
	"CreateAlias":            op((*Service).createAlias),
	"UpdateAlias":            op((*Service).updateAlias),
	"GetAlias":               op((*Service).getAlias),
	"ListAliases":            op((*Service).listAliases),
	"DeleteAlias":            op((*Service).deleteAlias),

	"PutProvisionedConcurrencyConfig":    op((*Service).putProvisioned),
	"GetProvisionedConcurrencyConfig":    op((*Service).getProvisioned),
	"DeleteProvisionedConcurrencyConfig": op((*Service).deleteProvisioned),
	"ListProvisionedConcurrencyConfigs":  op((*Service).listProvisioned),

	"PutFunctionEventInvokeConfig":    op((*Service).putInvokeConfig),
	"UpdateFunctionEventInvokeConfig": op((*Service).updateInvokeConfig),
	"GetFunctionEventInvokeConfig":    op((*Service).getInvokeConfig),
	"DeleteFunctionEventInvokeConfig": op((*Service).deleteInvokeConfig),
	"ListFunctionEventInvokeConfigs":  op((*Service).listInvokeConfigs),

	"CreateEventSourceMapping": api.Op((*Service).createMapping),
	"GetEventSourceMapping":    op((*Service).getMapping),
	"ListEventSourceMappings":  op((*Service).listMappings),
	"UpdateEventSourceMapping": op((*Service).updateMapping),
	"DeleteEventSourceMapping": op((*Service).deleteMapping),

	"AddPermission":    op((*Service).addPermission),
	"RemovePermission": op((*Service).removePermission),
	"GetPolicy":        op((*Service).getPolicy),
	"TagResource":      op((*Service).tagResource),
	"UntagResource":    op((*Service).untagResource),
	"ListTags":         op((*Service).listTags),

	"Invoke":      api.Op((*Service).invoke),
	"InvokeAsync": api.Op((*Service).invokeAsync),
}

// op makes an operation from a method on the request's account: see [api.OnAccount].
func op[In any](do func(*Service, *account, *In) (any, error)) api.Operation[*Service] {
	return api.OnAccount(func(s *Service) *api.Accounts[account] { return s.accounts }, do)
}

// Call answers one operation; see [api.Service].
func (s *Service) Call(ctx context.Context, r *api.Request) (any, error) {
	answer, err := operations.Call(ctx, s, r)
	if e, ok := errors.AsType[*api.Error](err); ok && e.Members == nil {
		e.Members = map[string]any{"Type": "User"}
		if e.Code == notFoundCode {
			e.Members["Message"] = e.Message
		}
	}
	return answer, err
}

// newAccount makes an empty account.
func newAccount(scope api.Scope) *account {
	return &account{scope: scope, functions: map[string]*function{}, mappings: map[string]*mapping{}}
}

// start runs work of the service's own. It does nothing after Close. The lock is held.
func (s *Service) start(name string, work func()) {
	if !s.closed {
		s.work.Go(func() { s.cfg.Guard.Run(name, work) })
	}
}

// timer is one that Close stops.
type timer struct{ clockwork.Timer }

// after calls do later, on a goroutine of its own, without the lock. The lock is held.
func (s *Service) after(d time.Duration, name string, do func()) *timer {
	t := &timer{}
	if s.closed {
		return t
	}
	s.timers[t] = true
	t.Timer = s.clock.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.timers[t] {
			delete(s.timers, t)
			s.start(name, do)
		}
	})
	return t
}

// stop ends a timer that has not fired. The lock is held.
func (s *Service) stop(t *timer) {
	if t != nil && s.timers[t] {
		delete(s.timers, t)
		t.Stop()
	}
}
