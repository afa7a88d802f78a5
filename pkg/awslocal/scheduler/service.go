package scheduler

import (
	"context"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Config describes a Service.
type Config struct {
	Clock  clockwork.Clock // nil means the real one
	Caller api.Caller      // reaches the targets; without one every invocation fails
	Guard  api.Guard       // of invocations
}

// Service is EventBridge Scheduler in memory. A schedule, or an invocation that waits for its retry, is a timer.
type Service struct {
	clock  clockwork.Clock
	caller api.Caller
	guard  api.Guard

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup // invocations under way

	mu       sync.Mutex
	closed   bool
	number   uint64 // of invocations so far
	waiting  map[*invocation]clockwork.Timer
	accounts *api.Accounts[account]
}

// account holds the groups of one account in one region.
type account struct {
	scope  api.Scope
	groups map[string]*group
}

// New returns a Service with the default group in every region of every account.
func New(cfg Config) *Service {
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	s := &Service{
		clock: cfg.Clock, caller: cfg.Caller, guard: cfg.Guard, waiting: map[*invocation]clockwork.Timer{},
	}
	s.accounts = api.NewAccounts(&s.mu, s.newAccount)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Close stops schedules and retries, and waits for invocations in progress.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	for a := range s.accounts.All() {
		for _, g := range a.groups {
			for _, x := range g.schedules {
				x.disarm()
			}
		}
	}
	for _, timer := range s.waiting {
		timer.Stop()
	}
	clear(s.waiting)
	s.mu.Unlock()
	s.cancel()
	s.wg.Wait()
	return nil
}

// operations lists the covered operations; others are answered as unknown.
var operations = api.Operations[*Service]{
	"CreateSchedule":      op((*Service).createSchedule),
	"UpdateSchedule":      op((*Service).updateSchedule),
	"GetSchedule":         op((*Service).getSchedule),
	"ListSchedules":       op((*Service).listSchedules),
	"DeleteSchedule":      op((*Service).deleteSchedule),
	"CreateScheduleGroup": op((*Service).createScheduleGroup),
	"GetScheduleGroup":    op((*Service).getScheduleGroup),
	"ListScheduleGroups":  op((*Service).listScheduleGroups),
	"DeleteScheduleGroup": op((*Service).deleteScheduleGroup),
	"TagResource":         op((*Service).tagResource),
	"UntagResource":       op((*Service).untagResource),
	"ListTagsForResource": op((*Service).listTagsForResource),
}

// op makes an operation from a method on the request's account: see [api.OnAccount].
func op[In any](do func(*Service, *account, *In) (any, error)) api.Operation[*Service] {
	return api.OnAccount(func(s *Service) *api.Accounts[account] { return s.accounts }, do)
}

// Call answers one operation; see [api.Service].
func (s *Service) Call(ctx context.Context, r *api.Request) (any, error) {
	return operations.Call(ctx, s, r)
}

// newAccount makes an account with the default group.
func (s *Service) newAccount(scope api.Scope) *account {
	a := &account{scope: scope, groups: map[string]*group{}}
	a.add("default", s.now())
	return a
}

func (a *account) arn(resource string) string {
	return "arn:aws:scheduler:" + a.scope.Region + ":" + a.scope.Account + ":" + resource
}

func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Millisecond) }

func fail(code string, status int, format string, args ...any) *api.Error {
	e := api.Errorf(code, format, args...)
	e.Status = status
	return e
}

func invalid(format string, args ...any) *api.Error {
	return fail("ValidationException", 400, format, args...)
}

func missing(kind, name string) *api.Error {
	return fail("ResourceNotFoundException", 404, "%s %s does not exist.", kind, name)
}
