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

// Env is the environment of a design: one case's names, links, rules and record, on a stack that it may share
// with others.
type Env struct {
	Prefix  string  // begins the name of everything that the design creates on the stack
	Seed    uint64  // determines every random choice of the design
	Rate    float64 // operations a second that the workload will send
	Stack   *stack.Stack
	History *history.Recorder
	Log     *zap.Logger
	Surface *fault.Surface // where faults act; designs do not need it
	Usage   *meter.Meter   // the requests of the instances to the dependencies and each other; designs do not need it

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

// Name returns the name on the stack for a name of the design: "orders" → "cl-0thj2…-dlq-orders".
func (e *Env) Name(name string) string { return e.Prefix + "-" + name }

// Idle returns how long a consumer may wait for work in one call: about the time between two operations of
// the workload, but between least and most. At a lab's default rate it is least. If operations are far apart,
// shorter waits would cost more than the operations, which over hours is most of a run's time.
func (e *Env) Idle(least, most time.Duration) time.Duration {
	if e.Rate <= 0 {
		return least
	}
	return max(least, min(most, time.Duration(float64(time.Second)/e.Rate)))
}

// Observer returns the instance outside the experiment: its clients dial directly, and no fault reaches them.
// Designs create their queues and read their backlogs with it.
func (e *Env) Observer() *Instance { return e.outside }

// OnClose has f called when the environment is closed and no instance runs any more, such as to delete files.
func (e *Env) OnClose(f func()) { e.outside.onClose(f) }

// Switch registers what a fault.Switch of that name does in this design: a bad deploy, a shard that is added.
// Users can name it if one of the lab's faults does. Call it before the design's Start returns.
func (e *Env) Switch(name string, s fault.Switchable) { e.Surface.Switches[name] = s }

// Run starts a service as a new process, with its name for links, faults and logs, and returns once the
// service has called [Instance.Ready] or failed.
func (e *Env) Run(ctx context.Context, name string, service Service) (*Process, error) {
	p := newProcess(e, name, service)
	return p, e.start(ctx, p)
}

// start registers the process and starts it.
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

// Targets returns the names that a fault can target: dependencies, nodes and instances.
func (e *Env) Targets() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	names := []string{stack.AWS, stack.Kafka, stack.Redis}
	for n := range e.Stack.Kafka {
		names = append(names, stack.Node(n+1))
	}
	return append(names, e.Surface.Instances...)
}

// StopInstances stops every instance gracefully, the last started first: a service sees its context end while
// its connections still work. Past ctx's deadline they are killed.
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

// Close stops what still runs and removes the links. It does not touch the stack.
func (e *Env) Close(ctx context.Context) error {
	err := e.StopInstances(ctx)
	e.outside.disconnect()
	return errors.Join(err, e.Surface.Links.Close())
}
