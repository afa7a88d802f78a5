package lab

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/gate"
	"github.com/crashlab/crashlab/pkg/stack"
)

var _ interface {
	stack.Process
	fault.CrashPoints
	fault.Prober
} = (*Process)(nil)

// Service is the code of a process. It makes its clients from i, calls i.Ready once it serves, and returns
// when ctx ends. Its variables are its volatile state: a crash loses them.
type Service func(ctx context.Context, i *Instance) error

// Process is a named service over all its lives; each life is an [Instance]. It is a [stack.Process], a
// [fault.CrashPoints] and a [fault.Prober]: a fault can kill, start, pause and resume it, make it die at a
// crash point, and check its health.
type Process struct {
	Name string

	env     *Env
	service Service
	gate    gate.Gate

	mu    sync.Mutex
	addr  string                   // of its listener, kept from life to life; empty if it has none
	life  *Instance                // the present or last one; nil before the first start
	armed map[string]chan struct{} // crash points, by name
}

func newProcess(env *Env, name string, service Service) *Process {
	return &Process{Name: name, env: env, service: service, armed: map[string]chan struct{}{}}
}

func (p *Process) current() *Instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.life
}

// Start starts the service and returns when it is ready. It does nothing if the service is running.
func (p *Process) Start(ctx context.Context) error {
	p.mu.Lock()
	if p.life != nil && !p.life.ended() {
		p.mu.Unlock()
		return nil
	}
	i := newInstance(context.WithoutCancel(ctx), p.env, p)
	p.life = i
	p.mu.Unlock()
	go func() {
		defer crash.Guard()
		i.err = p.service(i.ctx, i)
		if i.err != nil && i.ctx.Err() == nil {
			i.Log.Error("the service ended by itself", zap.Error(i.err))
		}
		i.close()
	}()
	select {
	case <-i.ready:
		return nil
	case <-i.done:
		return fmt.Errorf("start %s: %w", p.Name, errors.Join(errors.New("the service ended before it was ready"), i.err))
	case <-ctx.Done():
		return fmt.Errorf("start %s: %w", p.Name, errors.Join(ctx.Err(), p.Kill(context.WithoutCancel(ctx))))
	}
}

// Kill stops the process as SIGKILL does: its connections are reset, its listener closes, its memory is lost.
// It returns when nothing of it runs any more.
func (p *Process) Kill(ctx context.Context) error {
	i := p.current()
	if i == nil {
		return nil
	}
	p.die(i)
	return i.wait(ctx)
}

// die is the part of Kill that does not wait, since the code that passes a crash point has to return itself.
func (p *Process) die(i *Instance) {
	i.dead.Store(true)
	p.env.Surface.Links.Sever(p.Name)
	i.cancel()
	p.gate.Open() // a frozen process dies of SIGKILL too
	i.disconnect()
}

// Stop ends the process gracefully, as SIGTERM does, and kills it if that takes longer than ctx allows.
func (p *Process) Stop(ctx context.Context) error {
	i := p.current()
	if i == nil {
		return nil
	}
	p.gate.Open()
	i.cancel()
	if i.wait(ctx) == nil {
		return nil
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return p.Kill(last)
}

// Pause freezes the process as SIGSTOP or a long garbage collection does: its connections stay open, and
// nothing goes in or out.
func (p *Process) Pause(context.Context) error { p.gate.Shut(); return nil }

// Resume thaws it.
func (p *Process) Resume(context.Context) error { p.gate.Open(); return nil }

// Probe returns nil if the process runs and is not frozen. A worker listens nowhere and can't be asked over a
// link.
func (p *Process) Probe(ctx context.Context) error {
	i := p.current()
	if i == nil || i.ended() || i.dead.Load() {
		return fmt.Errorf("%s does not run", p.Name)
	}
	return p.gate.Wait(ctx.Done())
}

// ArmCrash makes the process die when it next passes the crash point of that name. fired is closed when it
// has died. disarm cancels it.
func (p *Process) ArmCrash(point string) (fired <-chan struct{}, disarm func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ch := make(chan struct{})
	p.armed[point] = ch
	return ch, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.armed[point] == ch {
			delete(p.armed, point)
		}
	}
}

// fire returns the armed crash point of that name, which fires once, or nil.
func (p *Process) fire(point string) chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	fired := p.armed[point]
	delete(p.armed, point)
	return fired
}

// Addr returns the host:port at which the process listens, or an empty string. Ask each time: another program
// may have taken the port while the process was dead.
func (p *Process) Addr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.addr
}
