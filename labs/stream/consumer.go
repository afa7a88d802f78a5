package stream

import (
	"context"
	"encoding/json"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	between  = "between-effect-and-checkpoint" // the crash point
	callTime = 10 * time.Second                // for what a stopping consumer has begun
)

// consumer reads its part of the log and applies the movements to their accounts. Where anything but a record
// fails it begins anew from its checkpoint. A consumer that is stopped finishes its batch.
func (p *pipeline) consumer(n int) lab.Service {
	return part.Loop(func(ctx context.Context, i *lab.Instance) error {
		return p.log.consume(ctx, i, n, func(ctx context.Context, batch []record, checkpoint checkpoint) error {
			if err := p.policy(ctx, delivery{p, i, checkpoint}, batch); err != nil {
				return err
			}
			return ctx.Err()
		})
	})
}

// delivery is what policies work with: a batch's consumer, and what checkpoints it.
type delivery struct {
	*pipeline
	i    *lab.Instance
	mark checkpoint
}

// tryAll tries the records in order, stops at the first that fails, and returns how many succeeded. An error
// means that the consumer is ending, which may be why the record failed.
func (d delivery) tryAll(ctx context.Context, batch []record) (int, error) {
	for n, r := range batch {
		if !d.try(ctx, r) {
			return n, ctx.Err()
		}
	}
	return len(batch), nil
}

// try does the work of one record and makes its effect. The consumer can't tell whether a record fails by its
// own fault or by a dependency's.
func (d delivery) try(ctx context.Context, r record) bool {
	ctx, cancel := part.Lasting(ctx, callTime)
	defer cancel()
	r.effect(ctx, d.i, received)
	if err := d.i.Work(ctx, d.serviceTime); err != nil {
		return false
	}
	var m movement
	err := json.Unmarshal(r.body, &m)
	if err == nil {
		err = d.apply(ctx, d.i, m)
	}
	if err != nil {
		d.i.Log.Debug("a movement failed", zap.Error(err))
		return false
	}
	r.effect(ctx, d.i, applied)
	return true
}

// insist gives a record that failed by itself the rest of its tries, and then parks it: under its place in the
// log, so that parking it again changes nothing.
func (d delivery) insist(ctx context.Context, r record) error {
	for range tries - 1 {
		if err := d.i.Work(ctx, retryWait); err != nil {
			return err
		}
		if n, err := d.tryAll(ctx, []record{r}); n == 1 || err != nil {
			return err
		}
	}
	ctx, cancel := part.Lasting(ctx, callTime)
	defer cancel()
	return d.parked.Put(ctx, d.i, r.shard+"/"+r.at, r.body)
}

// finish checkpoints records whose effects are made.
func (d delivery) finish(ctx context.Context, done []record) error {
	if err := d.crashPoint(ctx, done); err != nil {
		return err
	}
	return d.checkpoint(ctx, done)
}

func (d delivery) checkpoint(ctx context.Context, done []record) error {
	ctx, cancel := part.Lasting(ctx, callTime)
	defer cancel()
	return d.mark(ctx, done)
}

// crashPoint lies between a batch's effects and its checkpoint. It records how many records a crash catches
// there, to be compared with what becomes of them.
func (d delivery) crashPoint(ctx context.Context, batch []record) error {
	err := d.i.CrashPoint(between)
	if err != nil {
		d.i.Effect(ctx, history.Event{Name: exposed, Key: batch[0].shard, N: int64(len(batch))})
	}
	return err
}
