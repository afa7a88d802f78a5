package lab

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/load"
)

// Step does something to the stack from outside the experiment, as an operator or an auditor does: i is
// the observer.
type Step func(ctx context.Context, i *Instance) error

// Builder is what a design is declared with: what it stands on, its services and its client. What is declared
// first comes up first, once all is declared; so the far end comes before the door, and nothing is accepted
// that can't be carried out.
type Builder struct {
	*Env
	steps   []func(ctx context.Context) error
	backlog []func(ctx context.Context, i *Instance) (int, error)
	audits  []Step
	system  System
}

// Prepare has the stack prepared: a table is created, a cache is filled. what says so: "create table orders".
func (b *Builder) Prepare(what string, do Step) {
	b.steps = append(b.steps, func(ctx context.Context) error {
		if err := do(ctx, b.Observer()); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		return nil
	})
}

// Service has the service run as a process of that name. The process is returned before it is started.
func (b *Builder) Service(name string, s Service) *Process {
	p := newProcess(b.Env, name, s)
	b.steps = append(b.steps, func(ctx context.Context) error { return b.start(ctx, p) })
	return p
}

// Services has n processes run, named name-1 to name-n.
func (b *Builder) Services(name string, n int, s Service) []*Process {
	all := make([]*Process, n)
	for k := range all {
		all[k] = b.Service(fmt.Sprintf("%s-%d", name, k+1), s)
	}
	return all
}

// Client says how a client sends an operation. It must be said.
func (b *Builder) Client(do load.Do) { b.system.Do = do }

// Backlog says what has been accepted and is not finished; the sum of all counts.
func (b *Builder) Backlog(counts ...func(ctx context.Context, i *Instance) (int, error)) {
	b.backlog = append(b.backlog, counts...)
}

// Repair says what an operator does once the fault is over. What remains of it when it returns is part of the
// backlog.
func (b *Builder) Repair(do func(ctx context.Context) error) { b.system.Repair = do }

// Audit says how to find out what is left, once nothing runs any more: each puts on record what it finds, as
// effects.
func (b *Builder) Audit(audits ...Step) { b.audits = append(b.audits, audits...) }

// Up builds the design in env and returns once it can take operations.
func (d Design) Up(ctx context.Context, env *Env) (*System, error) {
	b := &Builder{Env: env}
	d.Build(b)
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
