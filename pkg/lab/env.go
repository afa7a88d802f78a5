package lab

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/usage/meter"
)

// Env is what a design is built in: one case's names, links, rules and record, on a stack that it
// may share with others.
type Env struct {
	Prefix  string  // begins the name of everything that the design creates on the stack
	Seed    uint64  // decides whatever the design draws by chance
	Rate    float64 // operations a second that the workload will send
	Stack   *stack.Stack
	History *history.Recorder
	Log     *zap.Logger
	Surface *fault.Surface // where faults act; a design has no need of it
	Usage   *meter.Meter   // what the instances ask of the dependencies and of each other; nor of this

	outside *Instance

	mu        sync.Mutex
	processes []*Process
}

// NewEnv returns an environment on st for one case. The caller closes it.
func NewEnv(prefix string, seed uint64, rate float64, st *stack.Stack, rec *history.Recorder, log *zap.Logger) *Env {
	e := &Env{Prefix: prefix, Seed: seed, Rate: rate, Stack: st, History: rec, Log: log, Usage: meter.New()}
	e.Surface = &fault.Surface{
		Links:     link.NewTable(log),
		AWS:       awsrules.New(seed),
		Data:      fault.NewData(seed),
		Clocks:    fault.NewClocks(clockwork.NewRealClock()),
		Processes: map[string]stack.Process{},
		Switches:  map[string]fault.Switchable{},
		Seed:      seed,
		Ping:      e.ping,
	}
	nameAddresses(e.Surface.Links, st)
	for name, p := range st.Processes {
		e.Surface.Processes[name] = p
	}
	e.outside = newInstance(context.Background(), e, nil)
	return e
}

// Name returns the name on the stack of what the design calls name: "orders" → "cl-0thj2…-dlq-orders".
func (e *Env) Name(name string) string { return e.Prefix + "-" + name }

// Idle returns how long whoever waits for work may wait in one go: about the time between two operations
// of the workload, but at least and at most so long. At a rate that a lab has by default it is least. Where
// operations are far apart, a shorter wait would cost more than they do, which over hours is most of
// what a run takes.
func (e *Env) Idle(least, most time.Duration) time.Duration {
	if e.Rate <= 0 {
		return least
	}
	return max(least, min(most, time.Duration(float64(time.Second)/e.Rate)))
}

// Observer returns the instance that stands outside the experiment: its clients dial directly, no
// fault reaches them. Designs create their queues and read their backlogs with it.
func (e *Env) Observer() *Instance { return e.outside }

// Switch lets a fault.Switch of that name do what only the design knows how to: a bad deploy, a
// shard that is added. Users can name it where one of the lab's faults does. Call it before the design's
// Start returns.
func (e *Env) Switch(name string, s fault.Switchable) { e.Surface.Switches[name] = s }

// Run starts a service as a new process, under the name by which it is known to links, faults and logs,
// and returns once the service has called [Instance.Ready] or failed.
func (e *Env) Run(ctx context.Context, name string, service Service) (*Process, error) {
	p := newProcess(e, name, service)
	return p, e.start(ctx, p)
}

// start makes the process known and starts it.
func (e *Env) start(ctx context.Context, p *Process) error {
	e.mu.Lock()
	if _, twice := e.Surface.Processes[p.Name]; twice {
		e.mu.Unlock()
		return fmt.Errorf("start %s: there is an instance of that name", p.Name)
	}
	e.processes = append(e.processes, p)
	e.Surface.Processes[p.Name] = p
	e.Surface.Instances = append(e.Surface.Instances, p.Name)
	e.mu.Unlock()
	return p.Start(ctx)
}

// Targets returns the names that a fault can aim at: dependencies, nodes and instances.
func (e *Env) Targets() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	names := []string{stack.AWS, stack.Kafka, stack.Redis}
	for n := range e.Stack.Kafka {
		names = append(names, stack.Node(n+1))
	}
	return append(names, e.Surface.Instances...)
}

// StopInstances stops every instance in the order opposite to their start, gracefully: a service
// sees its context end while its connections still work. Past ctx's deadline they are killed.
func (e *Env) StopInstances(ctx context.Context) error {
	e.mu.Lock()
	processes := e.processes
	e.processes = nil
	e.mu.Unlock()
	var errs []error
	for n := len(processes) - 1; n >= 0; n-- {
		errs = append(errs, processes[n].Stop(ctx))
	}
	return errors.Join(errs...)
}

// Close stops what still runs and takes down the links. It leaves the stack alone.
func (e *Env) Close(ctx context.Context) error {
	err := e.StopInstances(ctx)
	e.outside.disconnect()
	return errors.Join(err, e.Surface.Links.Close())
}
