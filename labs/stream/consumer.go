package stream

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	between   = "between-effect-and-checkpoint" // a crash point
	inBatch   = "within-a-batch"                // another: some of a batch's effects are made, and not all
	tries     = 3                               // of a record by itself, before it is parked
	retryWait = 20 * time.Millisecond           // before a failed try is repeated
	callTime  = 10 * time.Second                // for what a stopping consumer has begun
)

// consume is a round of a consumer: it applies what it reads until anything but a record fails, and then begins anew
// from its checkpoint. A consumer that is stopped finishes its batch.
func (p *pipeline) consume(ctx context.Context, i *lab.Instance) error {
	return p.log.consume(ctx, i, func(ctx context.Context, batch []record, mark checkpoint) error {
		return errors.Join(p.process(ctx, delivery{p, i, mark}, batch), ctx.Err())
	})
}

// policy decides how a batch is processed: when it is checkpointed, and what comes of a record that fails. An error
// ends the consumer's round.
type policy func(ctx context.Context, d delivery, batch []record) error

// process processes a batch by the design's policy, or by what is left of it without its guards.
func (p *pipeline) process(ctx context.Context, d delivery, batch []record) error {
	switch {
	case !p.checkpointsLast:
		return checkpointFirst(ctx, d, batch)
	case !p.parks:
		return blockOnError(ctx, d, batch)
	}
	return p.policy(ctx, d, batch)
}

// blockOnError tries the batch until all of it succeeds, as Lambda does with a stream by default. Nothing overtakes the
// failing record, and so nothing behind it is processed.
func blockOnError(ctx context.Context, d delivery, batch []record) error {
	for d.tryAll(ctx, batch) < len(batch) {
		if err := d.i.Work(ctx, retryWait); err != nil {
			return err
		}
	}
	return d.finish(ctx, batch)
}

// bisectAndPark narrows a failure down to the record that causes it and parks that one. What succeeded before it is
// done again with each try: a consumer that bisects has to be idempotent.
func bisectAndPark(ctx context.Context, d delivery, batch []record) error {
	try := func(part []record) (bool, error) { return d.tryAll(ctx, part) == len(part), ctx.Err() }
	if err := bisect(batch, try, func(r record) error { return d.insist(ctx, r) }); err != nil {
		return err
	}
	return d.finish(ctx, batch)
}

// bisect tries the batch as a whole; what fails is halved, first half first, so that the order stays, until the
// failing record has failed alone. Of b records one that always fails is tried at most ⌈log₂ b⌉ + 1 times.
func bisect[R any](batch []R, try func([]R) (bool, error), alone func(R) error) error {
	ok, err := try(batch)
	switch {
	case ok:
		return nil
	case err != nil:
		return err
	case len(batch) == 1:
		return alone(batch[0])
	}
	half := (len(batch) + 1) / 2
	if err := bisect(batch[:half], try, alone); err != nil {
		return err
	}
	return bisect(batch[half:], try, alone)
}

// reportFailure has the function say which record failed: only that one is tried again, and then what comes after it.
func reportFailure(ctx context.Context, d delivery, batch []record) error {
	for len(batch) > 0 {
		n := d.tryAll(ctx, batch)
		if n < len(batch) {
			if err := d.insist(ctx, batch[n]); err != nil {
				return err
			}
			n++
		}
		if err := d.finish(ctx, batch[:n]); err != nil {
			return err
		}
		batch = batch[n:]
	}
	return nil
}

// checkpointFirst says that the batch is done and then does it. It never repeats a record and never blocks; what fails
// or is caught by a crash is lost.
func checkpointFirst(ctx context.Context, d delivery, batch []record) error {
	if err := d.checkpoint(ctx, batch); err != nil {
		return err
	}
	if err := d.crashPoint(ctx, between, len(batch)); err != nil {
		return err
	}
	for n, r := range batch {
		d.try(ctx, r)
		if left := len(batch) - 1 - n; left > 0 {
			if err := d.crashPoint(ctx, inBatch, left); err != nil {
				return err
			}
		}
	}
	return nil
}

// delivery is what policies work with: a batch's consumer, and what checkpoints it.
type delivery struct {
	*pipeline
	i    *lab.Instance
	mark checkpoint
}

// tryAll tries the records in order, stops at the first that fails or with a crash, and returns how many succeeded.
func (d delivery) tryAll(ctx context.Context, batch []record) int {
	for n, r := range batch {
		if !d.try(ctx, r) {
			return n
		}
		if n+1 < len(batch) && d.crashPoint(ctx, inBatch, n+1) != nil {
			return n + 1
		}
	}
	return len(batch)
}

// try does the work of one record and makes its effect. It can't tell a poisoned record from a dependency that fails.
func (d delivery) try(ctx context.Context, r record) bool {
	ctx, cancel := part.Lasting(ctx, callTime)
	defer cancel()
	r.effect(ctx, d.i, received)
	err := d.i.Work(ctx, d.serviceTime)
	if err == nil {
		err = d.apply(ctx, d.i, part.Decode[movement](r.body))
	}
	if err != nil {
		d.i.Log.Debug("a movement failed", zap.Error(err))
		return false
	}
	r.effect(ctx, d.i, applied)
	return true
}

// insist gives a record that failed by itself the rest of its tries, and then parks it: under its place in the log, so
// that parking it again changes nothing.
func (d delivery) insist(ctx context.Context, r record) error {
	for range tries - 1 {
		if err := d.i.Work(ctx, retryWait); err != nil {
			return err // the consumer ends, which may be why the record failed
		}
		if d.try(ctx, r) {
			return nil
		}
	}
	return d.parked.Put(ctx, d.i, r.shard+"/"+r.at, r.body)
}

// finish checkpoints records whose effects are made.
func (d delivery) finish(ctx context.Context, done []record) error {
	if err := d.crashPoint(ctx, between, len(done)); err != nil {
		return err
	}
	return d.checkpoint(ctx, done)
}

func (d delivery) checkpoint(ctx context.Context, done []record) error {
	ctx, cancel := part.Lasting(ctx, callTime)
	defer cancel()
	return d.mark(ctx, done)
}

// crashPoint lies between effects and checkpoint. It records how many records a crash catches there, which it repeats
// or loses.
func (d delivery) crashPoint(ctx context.Context, at string, caught int) error {
	err := d.i.CrashPoint(at)
	if err != nil {
		d.i.Effect(ctx, history.Event{Name: exposed, N: int64(caught)})
	}
	return err
}
