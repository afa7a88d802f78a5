package cloudwatch

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Config describes a Service.
type Config struct {
	Clock  clockwork.Clock // nil means the real one
	Caller api.Caller      // reaches the targets of alarms; without one an action fails
	Guard  api.Guard       // of evaluations and actions
}

// Service is CloudWatch's metrics and alarms in memory. An alarm is a timer; a goroutine lives as long as an action
// is under way.
type Service struct {
	clock  clockwork.Clock
	caller api.Caller
	guard  api.Guard

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup // evaluations and actions under way

	mu       sync.Mutex
	closed   bool
	accounts *api.Accounts[account]
}

// account holds the metrics and alarms of one account in one region.
type account struct {
	scope   api.Scope
	series  map[string]*series
	alarms  map[string]*alarm
	history []historyItem // the oldest first
}

// New returns a Service without metrics.
func New(cfg Config) *Service {
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	s := &Service{clock: cfg.Clock, caller: cfg.Caller, guard: cfg.Guard}
	s.accounts = api.NewAccounts(&s.mu, newAccount)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Close stops the alarms and waits for actions in progress.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	for a := range s.accounts.All() {
		for _, al := range a.alarms {
			al.timer.Stop()
		}
	}
	s.mu.Unlock()
	s.cancel()
	s.wg.Wait()
	return nil
}

// operations lists the covered operations; others are answered as unknown.
var operations = api.Operations[*Service]{
	"PutMetricData":           op((*Service).putMetricData),
	"GetMetricStatistics":     op((*Service).getMetricStatistics),
	"GetMetricData":           op((*Service).getMetricData),
	"ListMetrics":             op((*Service).listMetrics),
	"PutMetricAlarm":          op((*Service).putMetricAlarm),
	"DescribeAlarms":          op((*Service).describeAlarms),
	"DescribeAlarmsForMetric": op((*Service).describeAlarmsForMetric),
	"DescribeAlarmHistory":    op((*Service).describeAlarmHistory),
	"DeleteAlarms":            op((*Service).deleteAlarms),
	"SetAlarmState":           op((*Service).setAlarmState),
	"EnableAlarmActions":      op((*Service).enableAlarmActions),
	"DisableAlarmActions":     op((*Service).disableAlarmActions),
	"TagResource":             op((*Service).tagResource),
	"UntagResource":           op((*Service).untagResource),
	"ListTagsForResource":     op((*Service).listTagsForResource),
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
	return &account{scope: scope, series: map[string]*series{}, alarms: map[string]*alarm{}}
}

func (a *account) alarmARN(name string) string {
	return "arn:aws:cloudwatch:" + a.scope.Region + ":" + a.scope.Account + ":alarm:" + name
}

// alarmOf finds an alarm by its ARN.
func (a *account) alarmOf(arn string) *alarm {
	name, ok := strings.CutPrefix(arn, a.alarmARN(""))
	if !ok {
		return nil
	}
	return a.alarms[name]
}

func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Millisecond) }
