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

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
)

var _ interface {
	stack.Process
	fault.CrashPoints
	fault.Prober
} = (*Instance)(nil)

// Service is the code of an instance. It makes its clients from i, calls i.Ready once it serves,
// and returns when ctx ends. What it keeps in variables is its volatile state: a crash loses it.
type Service func(ctx context.Context, i *Instance) error

// ErrCrashed is what a service gets from the crash point at which its instance died. It returns
// at once, as the dead do.
var ErrCrashed = errors.New("instance crashed")

// Instance is one running copy of a service, with a name. It is a [stack.Process], a
// [fault.CrashPoints] and a [fault.Prober]: a fault can kill, start, pause and resume it, have it
// die at a crash point, and ask whether it works.
type Instance struct {
	Name string
	Log  *zap.Logger

	env     *Env
	service Service
	exempt  bool // dials directly, beyond every fault and meter
	gate    gate

	mu    sync.Mutex
	addr  string // of its listener, kept from life to life; empty if it has none
	life  *life
	armed map[string]chan struct{} // crash points, by name
}

// life is an instance between a start and a stop.
type life struct {
	ctx    context.Context
	cancel context.CancelFunc
	dead   atomic.Bool // killed: its dialer refuses, its connections are reset
	ready  chan struct{}
	once   sync.Once
	done   chan struct{} // the service has returned and its clients are closed
	err    error         // what it returned; read it after done

	clients

	mu      sync.Mutex
	closers []func()
}

func newInstance(env *Env, name string, service Service) *Instance {
	i := &Instance{Name: name, Log: env.Log.Named(name), env: env, service: service, armed: map[string]chan struct{}{}}
	if service == nil { // an observer has no service: it lives until it is stopped
		i.exempt = true // before its clients are made
		i.life = i.newLife(context.Background())
		go func(l *life) {
			<-l.ctx.Done()
			l.close()
		}(i.life)
	}
	return i
}

func (i *Instance) newLife(ctx context.Context) *life {
	l := &life{ready: make(chan struct{}), done: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancel(ctx)
	i.connect(l)
	return l
}

// Ready says that the service can take work.
func (i *Instance) Ready() {
	l := i.current()
	l.once.Do(func() { close(l.ready) })
}

func (i *Instance) current() *life {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.life
}

// Start starts the service and returns when it is ready. It does nothing where it runs already.
func (i *Instance) Start(ctx context.Context) error {
	i.mu.Lock()
	if i.life != nil && !i.life.ended() {
		i.mu.Unlock()
		return nil
	}
	l := i.newLife(context.WithoutCancel(ctx))
	i.life = l
	i.mu.Unlock()
	go func() {
		defer crash.Guard()
		l.err = i.service(l.ctx, i)
		if l.err != nil && l.ctx.Err() == nil {
			i.Log.Error("the service ended by itself", zap.Error(l.err))
		}
		l.close()
	}()
	select {
	case <-l.ready:
		return nil
	case <-l.done:
		return fmt.Errorf("start %s: %w", i.Name, errors.Join(errors.New("the service ended before it was ready"), l.err))
	case <-ctx.Done():
		return fmt.Errorf("start %s: %w", i.Name, errors.Join(ctx.Err(), i.Kill(context.WithoutCancel(ctx))))
	}
}

// Kill stops the instance as SIGKILL does: its connections are reset, its listener closes, what it
// had in memory is gone. It returns when nothing of it runs any more.
func (i *Instance) Kill(ctx context.Context) error {
	l := i.current()
	if l == nil {
		return nil
	}
	i.die(l)
	return l.wait(ctx, i.Name)
}

// die is the part of Kill that does not wait, since a crash point is passed by the very code that
// has to return.
func (i *Instance) die(l *life) {
	l.dead.Store(true)
	if !i.exempt {
		i.env.Surface.Links.Sever(i.Name)
	}
	l.cancel()
	i.gate.open() // a frozen process dies of SIGKILL too
	l.disconnect()
}

// stop ends the instance gracefully, and kills it where that takes longer than ctx allows.
func (i *Instance) stop(ctx context.Context) error {
	l := i.current()
	if l == nil {
		return nil
	}
	i.gate.open()
	l.cancel()
	if l.wait(ctx, i.Name) == nil {
		return nil
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return i.Kill(last)
}

// Pause freezes the instance as SIGSTOP or a long garbage collection does: its connections stay
// open, and nothing goes in or out.
func (i *Instance) Pause(context.Context) error { i.gate.close(); return nil }

// Resume thaws it.
func (i *Instance) Resume(context.Context) error { i.gate.open(); return nil }

// Probe returns nil if the instance runs and is not frozen. A worker listens nowhere and can't be
// asked over a link.
func (i *Instance) Probe(ctx context.Context) error {
	l := i.current()
	if l == nil || l.ended() || l.dead.Load() {
		return fmt.Errorf("%s does not run", i.Name)
	}
	return i.gate.wait(ctx.Done())
}

// ArmCrash has the instance die when it next passes the crash point of that name. fired is closed
// when it has; disarm takes the order back.
func (i *Instance) ArmCrash(point string) (fired <-chan struct{}, disarm func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	ch := make(chan struct{})
	i.armed[point] = ch
	return ch, func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.armed[point] == ch {
			delete(i.armed, point)
		}
	}
}

// CrashPoint marks a place at which a crash would matter. It returns [ErrCrashed] where a fault
// has chosen this place, and the service returns with it.
func (i *Instance) CrashPoint(point string) error {
	i.mu.Lock()
	fired, armed := i.armed[point]
	delete(i.armed, point)
	l := i.life
	i.mu.Unlock()
	if !armed {
		return nil
	}
	i.die(l)
	close(fired)
	return ErrCrashed
}

// Clock returns the instance's own clock, which a fault can set wrong. Whatever the service decides
// by the time of day it reads from here.
func (i *Instance) Clock() clockwork.Clock { return i.env.Surface.Clocks.Of(i.Name) }

// Work spends d as the service's own work would, and longer where the instance is frozen.
func (i *Instance) Work(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return i.gate.wait(ctx.Done())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Listen returns a listener on a loopback port that stays the same over the instance's lives, unless
// another program has taken it while the instance was dead: who calls it asks for [Instance.Addr]
// each time. Others know its address under the instance's name.
func (i *Instance) Listen() (net.Listener, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	ln, err := i.listen()
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", i.Name, err)
	}
	i.addr = ln.Addr().String()
	i.env.Surface.Links.Name(i.addr, i.Name)
	gated := &gatedListener{Listener: ln, gate: &i.gate, conns: map[net.Conn]struct{}{}}
	i.life.onClose(gated.sever)
	return gated, nil
}

// listen listens where the instance listened before, if it can be had.
func (i *Instance) listen() (net.Listener, error) {
	if i.addr != "" {
		if ln, err := loopback.Listen(i.addr); err == nil {
			return ln, nil
		}
	}
	return stack.Listen()
}

// Addr returns the host:port at which the instance listens; empty if it does not.
func (i *Instance) Addr() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.addr
}

func (l *life) ended() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

func (l *life) wait(ctx context.Context, name string) error {
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop %s: it still runs: %w", name, ctx.Err())
	}
}

func (l *life) onClose(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closers = append(l.closers, f)
}

// disconnect closes the clients and listeners, the last made first.
func (l *life) disconnect() {
	l.mu.Lock()
	closers := l.closers
	l.closers = nil
	l.mu.Unlock()
	for n := len(closers) - 1; n >= 0; n-- {
		closers[n]()
	}
}

func (l *life) close() {
	l.disconnect()
	l.cancel()
	close(l.done)
}
