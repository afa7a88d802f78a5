package stream

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	between   = "between-effect-and-checkpoint" // the crash point
	retryWait = 20 * time.Millisecond           // before a failed batch is tried again
	callTime  = 10 * time.Second                // for a call that a stopping consumer has begun
)

// consumer reads its part of the log and applies the movements to their accounts. Where anything but
// a record fails it begins anew from its checkpoint. A consumer that is stopped finishes its batch.
func (p *pipeline) consumer(n int) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		i.Ready()
		for ctx.Err() == nil {
			turn, end := p.valve.turn(ctx)
			err := p.log.consume(turn, i, n, func(ctx context.Context, s source) error {
				return p.handle(ctx, &delivery{p, i, s})
			})
			end()
			if errors.Is(err, lab.ErrCrashed) {
				return err
			}
			if turn.Err() == nil {
				i.Log.Info("the consumer begins again", zap.Error(err))
			}
		}
		return nil
	}
}

// handle processes batch after batch.
func (p *pipeline) handle(ctx context.Context, d *delivery) error {
	for ctx.Err() == nil {
		batch, err := d.source.next(ctx)
		if err != nil {
			return err
		}
		if err := p.policy(ctx, d, batch); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// delivery is what policies work with: the consumer, and where its records come from.
type delivery struct {
	*pipeline
	i      *lab.Instance
	source source
}

// tryAll tries the records in order, stops at the first that fails, and returns how many succeeded.
// An error means that the consumer is ending: then it may be that why the record failed.
func (d *delivery) tryAll(ctx context.Context, batch []record) (int, error) {
	for n, r := range batch {
		if !d.try(ctx, r) {
			return n, ctx.Err()
		}
	}
	return len(batch), nil
}

// try does the work of one record and makes its effect. Why a record fails, for its own fault or
// for a dependency's, it can't tell.
func (d *delivery) try(ctx context.Context, r record) bool {
	ctx, cancel := lasting(ctx)
	defer cancel()
	d.effect(received, r, d.i.Name)
	if err := d.i.Work(ctx, d.serviceTime); err != nil {
		return false
	}
	m, err := parse(r.body)
	if err != nil {
		return false
	}
	if err := d.accounts.apply(ctx, d.i, m); err != nil {
		d.i.Log.Info("a movement failed", zap.Error(err))
		return false
	}
	d.effect(applied, r, d.i.Name)
	return true
}

// finish checkpoints records whose effects are made.
func (d *delivery) finish(ctx context.Context, done []record) error {
	if err := d.crashPoint(done); err != nil {
		return err
	}
	return d.checkpoint(ctx, done)
}

// crashPoint lies between a batch's effects and its checkpoint. The batch that a crash catches there
// is put on record, to be compared with what becomes of it.
func (d *delivery) crashPoint(batch []record) error {
	err := d.i.CrashPoint(between)
	if err != nil {
		d.env.History.Add(history.Event{Kind: history.Effect, Name: exposed, By: d.i.Name, Key: batch[0].shard, N: int64(len(batch))})
	}
	return err
}

func (d *delivery) checkpoint(ctx context.Context, done []record) error {
	ctx, cancel := lasting(ctx)
	defer cancel()
	return d.source.checkpoint(ctx, done)
}

func (d *delivery) park(ctx context.Context, r record) error {
	ctx, cancel := lasting(ctx)
	defer cancel()
	return d.lot.put(ctx, d.i, r)
}

func (d *delivery) backOff(ctx context.Context) error { return d.i.Work(ctx, retryWait) }

// lasting is for calls that a consumer which is told to stop still finishes.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), callTime)
}

// valve is what an operator holds the consumers with. Its zero value is open.
type valve struct {
	mu     sync.Mutex
	held   bool
	change chan struct{} // closed at the next change; nil until somebody waits for it
}

func (v *valve) hold(held bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.held != held && v.change != nil {
		close(v.change)
		v.change = nil
	}
	v.held = held
}

func (v *valve) look() (held bool, change <-chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.change == nil {
		v.change = make(chan struct{})
	}
	return v.held, v.change
}

// turn waits until the valve is open and returns a context that ends when it is held again, or ctx
// does.
func (v *valve) turn(ctx context.Context) (context.Context, context.CancelFunc) {
	held, change := v.look()
	for held && ctx.Err() == nil {
		select {
		case <-change:
			held, change = v.look()
		case <-ctx.Done():
		}
	}
	turn, end := context.WithCancel(ctx)
	go func() {
		select {
		case <-change:
			end()
		case <-turn.Done():
		}
	}()
	return turn, end
}
