package lab

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/load"
)

// Step does something to the stack from outside the experiment, as an operator or an auditor does: i is the
// observer.
type Step func(ctx context.Context, i *Instance) error

// Builder declares a design: its parts, its services and its client. Parts start in the order of their
// declaration, after all is declared. So declare the far end before the door: then nothing is accepted that
// can't be carried out.
type Builder struct {
	*Env
	steps   []func(ctx context.Context) error
	backlog []func(ctx context.Context, i *Instance) (int, error)
	audits  []Step
	design  Design
	asked   []string // names of guards
	system  System
}

// Prepare declares a step that prepares the stack: it creates a table, fills a cache. what describes it:
// "create table orders".
func (b *Builder) Prepare(what string, do Step) {
	b.steps = append(b.steps, func(ctx context.Context) error {
		if err := do(ctx, b.Observer()); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		return nil
	})
}

// Service declares a process of that name that runs the service. It returns the process before it is started.
func (b *Builder) Service(name string, s Service) *Process {
	p := newProcess(b.Env, name, s)
	b.steps = append(b.steps, func(ctx context.Context) error { return b.start(ctx, p) })
	return p
}

// Services declares n processes, named name-1 to name-n.
func (b *Builder) Services(name string, n int, s Service) []*Process {
	all := make([]*Process, n)
	for k := range all {
		all[k] = b.Service(fmt.Sprintf("%s-%d", name, k+1), s)
	}
	return all
}

// Client sets how a client sends an operation. It is required.
func (b *Builder) Client(do load.Do) { b.system.Do = do }

// Backlog sets how much work has been accepted and is not finished: the sum of all counts.
func (b *Builder) Backlog(counts ...func(ctx context.Context, i *Instance) (int, error)) {
	b.backlog = append(b.backlog, counts...)
}

// Repair sets what an operator does after the fault. Work that remains when it returns is part of the
// backlog.
func (b *Builder) Repair(do func(ctx context.Context) error) { b.system.Repair = do }

// Audit adds steps that find out what is left after all instances have stopped. Each records its findings as
// effects.
func (b *Builder) Audit(audits ...Step) { b.audits = append(b.audits, audits...) }

// Up builds the design in env and returns once it can take operations.
func (d Design) Up(ctx context.Context, env *Env) (*System, error) {
	b := &Builder{Env: env, design: d}
	d.Build(b)
	if err := b.unasked(); err != nil {
		return nil, err
	}
	for _, step := range b.steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	s := b.system
	if len(b.backlog) > 0 {
		s.Backlog = b.sum
	}
	if len(b.audits) > 0 {
		s.Audit = b.audit
	}
	return &s, nil
}

func (b *Builder) sum(ctx context.Context) (int, error) {
	sum := 0
	for _, count := range b.backlog {
		n, err := count(ctx, b.Observer())
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

func (b *Builder) audit(ctx context.Context) error {
	for _, audit := range b.audits {
		if err := audit(ctx, b.Observer()); err != nil {
			return err
		}
	}
	return nil
}
