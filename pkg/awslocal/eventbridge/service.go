package eventbridge

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
	Caller api.Caller      // reaches the targets; without one every delivery fails
	Guard  api.Guard       // of deliveries and replays

	// RetryDelay is the wait before a delivery's first retry, on average; it doubles with each further
	// one, up to eight minutes. Default 1 s.
	RetryDelay time.Duration
}

// Service is EventBridge in memory. Deliveries run on goroutines that live as long as there is something to
// deliver.
type Service struct {
	clock  clockwork.Clock
	sender *sender

	mu       sync.Mutex
	closed   bool
	accounts *api.Accounts[account]
}

// account holds the resources of one account in one region.
type account struct {
	scope    api.Scope
	buses    map[string]*bus
	archives map[string]*archive
	replays  map[string]*replay
}

// New returns a Service in which every region of every account has its default bus.
func New(cfg Config) *Service {
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	if cfg.RetryDelay == 0 {
		cfg.RetryDelay = time.Second
	}
	s := &Service{clock: cfg.Clock}
	s.accounts = api.NewAccounts(&s.mu, s.newAccount)
	s.sender = newSender(cfg, s)
	return s
}

// Close stops deliveries, retries, schedules and replays, and waits for those in progress. Undelivered events are
// lost.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	for a := range s.accounts.All() {
		for _, b := range a.buses {
			for _, r := range b.rules {
				r.disarm()
			}
		}
	}
	s.mu.Unlock()
	s.sender.close()
	return nil
}

// operations lists the covered operations; others are answered as unknown.
var operations = api.Operations[*Service]{
	"CreateEventBus":        op((*Service).createEventBus),
	"DeleteEventBus":        op((*Service).deleteEventBus),
	"DescribeEventBus":      op((*Service).describeEventBus),
	"ListEventBuses":        op((*Service).listEventBuses),
	"PutRule":               op((*Service).putRule),
	"DeleteRule":            op((*Service).deleteRule),
	"DescribeRule":          op((*Service).describeRule),
	"ListRules":             op((*Service).listRules),
	"EnableRule":            op((*Service).enableRule),
	"DisableRule":           op((*Service).disableRule),
	"PutTargets":            op((*Service).putTargets),
	"RemoveTargets":         op((*Service).removeTargets),
	"ListTargetsByRule":     op((*Service).listTargetsByRule),
	"ListRuleNamesByTarget": op((*Service).listRuleNamesByTarget),
	"PutEvents":             op((*Service).putEvents),
	"TestEventPattern":      op((*Service).testEventPattern),
	"CreateArchive":         op((*Service).createArchive),
	"UpdateArchive":         op((*Service).updateArchive),
	"DeleteArchive":         op((*Service).deleteArchive),
	"DescribeArchive":       op((*Service).describeArchive),
	"ListArchives":          op((*Service).listArchives),
	"StartReplay":           op((*Service).startReplay),
	"CancelReplay":          op((*Service).cancelReplay),
	"DescribeReplay":        op((*Service).describeReplay),
	"ListReplays":           op((*Service).listReplays),
	"TagResource":           op((*Service).tagResource),
	"UntagResource":         op((*Service).untagResource),
	"ListTagsForResource":   op((*Service).listTagsForResource),
}

// op makes an operation from a method on the request's account: see [api.OnAccount].
func op[In any](do func(*Service, *account, *In) (any, error)) api.Operation[*Service] {
	return api.OnAccount(func(s *Service) *api.Accounts[account] { return s.accounts }, do)
}

// Call answers one operation; see [api.Service].
func (s *Service) Call(ctx context.Context, r *api.Request) (any, error) {
	return operations.Call(ctx, s, r)
}

// newAccount makes an account with a default bus.
func (s *Service) newAccount(scope api.Scope) *account {
	a := &account{scope: scope, buses: map[string]*bus{}, archives: map[string]*archive{}, replays: map[string]*replay{}}
	a.addBus("default", "", s.now())
	return a
}

// arn makes the ARN of one of the account's resources.
func (a *account) arn(resource string) string {
	return "arn:aws:events:" + a.scope.Region + ":" + a.scope.Account + ":" + resource
}

func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Millisecond) }

// seconds is a time as the JSON protocol wants it.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func fromSeconds(f float64) time.Time { return time.UnixMilli(int64(f * 1000)).UTC() }

func notFound(format string, args ...any) error {
	return api.Errorf("ResourceNotFoundException", format, args...)
}

func exceeded() error {
	return api.Errorf("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
}
