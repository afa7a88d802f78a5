package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
)

// ErrCrashed is the error of the crash point at which a service's process died. It is returned at once.
var ErrCrashed = errors.New("process crashed")

// Instance is one life of a process, from a start to a stop, for its service: clients, a clock, a listener.
type Instance struct {
	Name string
	Log  *zap.Logger

	env     *Env
	process *Process // nil for the observer, which dials directly, beyond every fault and meter

	ctx    context.Context
	cancel context.CancelFunc
	dead   atomic.Bool // killed: its dialer refuses, its connections are reset
	ready  chan struct{}
	once   sync.Once
	done   chan struct{} // the service has returned and its clients are closed
	err    error         // the service's error; read it after done

	clients

	mu      sync.Mutex
	closers []func()
}

// observer is the name of the instance outside the experiment.
const observer = "observer"

func newInstance(ctx context.Context, env *Env, p *Process) *Instance {
	i := &Instance{Name: observer, env: env, process: p, ready: make(chan struct{}), done: make(chan struct{})}
	if p != nil {
		i.Name = p.Name
	}
	i.Log = env.Log.Named(i.Name)
	i.ctx, i.cancel = context.WithCancel(ctx)
	i.connect()
	return i
}

// Ready reports that the service can take work.
func (i *Instance) Ready() { i.once.Do(func() { close(i.ready) }) }

// CrashPoint marks a place at which a crash would matter. It returns [ErrCrashed] if a fault has chosen this
// place; the service must return it.
func (i *Instance) CrashPoint(point string) error {
	fired := i.process.fire(point)
	if fired == nil {
		return nil
	}
	defer close(fired)
	return i.Crash()
}

// Crash ends the process at once, as a panic does, and returns [ErrCrashed].
func (i *Instance) Crash() error {
	i.process.die(i)
	return ErrCrashed
}

// Effect records that something happened because of an operation. By default it is by this process and for
// the operation of ctx.
func (i *Instance) Effect(ctx context.Context, e history.Event) {
	e.Kind, e.By = history.Effect, i.Name
	if e.Op == "" {
		e.Op = load.OperationOf(ctx)
	}
	i.env.History.Add(e)
}

// Clock returns the process's own clock, which a fault can make wrong. The service must use it for every
// decision by the time of day.
func (i *Instance) Clock() clockwork.Clock { return i.env.Surface.Clocks.Of(i.Name) }

// Work takes d, as the service's own work would, and longer if the process is frozen.
func (i *Instance) Work(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return i.process.gate.Wait(ctx.Done())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Listen returns a listener on a loopback port that stays the same over the process's lives, unless another
// program has taken it meanwhile. Links know its address by the process's name.
func (i *Instance) Listen() (net.Listener, error) {
	p := i.process
	p.mu.Lock()
	defer p.mu.Unlock()
	ln, err := p.listen()
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", i.Name, err)
	}
	p.addr = ln.Addr().String()
	i.env.Surface.Links.Name(p.addr, i.Name)
	gated := p.gate.Listener(ln)
	i.onClose(gated.Sever)
	return gated, nil
}

// listen listens at the process's previous address, if it is free.
func (p *Process) listen() (net.Listener, error) {
	if p.addr != "" {
		if ln, err := loopback.Listen(p.addr); err == nil {
			return ln, nil
		}
	}
	return stack.Listen()
}

func (i *Instance) ended() bool {
	select {
	case <-i.done:
		return true
	default:
		return false
	}
}

func (i *Instance) wait(ctx context.Context) error {
	select {
	case <-i.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop %s: it still runs: %w", i.Name, ctx.Err())
	}
}

func (i *Instance) onClose(f func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.closers = append(i.closers, f)
}

// disconnect closes the clients and listeners, the last made first.
func (i *Instance) disconnect() {
	i.mu.Lock()
	closers := i.closers
	i.closers = nil
	i.mu.Unlock()
	for n := len(closers) - 1; n >= 0; n-- {
		closers[n]()
	}
}

func (i *Instance) close() {
	i.disconnect()
	i.cancel()
	close(i.done)
}
