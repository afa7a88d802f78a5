package stream

import (
	"context"
	"time"
)

const (
	tries     = 3                     // of a record by itself, before it is parked
	retryWait = 20 * time.Millisecond // before a failed try is repeated
)

// policy decides how a batch is processed: when it is checkpointed, and what comes of a record that fails. It
// returns an error where the consumer has to begin anew from its checkpoint.
type policy func(ctx context.Context, d delivery, batch []record) error

// blockOnError tries the batch until all of it succeeds, as Lambda's mapping of a stream does unless it is told
// otherwise: up to the retention of the stream. A log keeps its order by keeping still: nothing overtakes the
// failing record, and so nothing behind it is processed.
func blockOnError(ctx context.Context, d delivery, batch []record) error {
	for {
		n, err := d.tryAll(ctx, batch)
		if err == nil && n == len(batch) {
			return d.finish(ctx, batch)
		}
		if err == nil {
			err = d.i.Work(ctx, retryWait)
		}
		if err != nil {
			return err
		}
	}
}

// bisectAndPark narrows a failure down to the record that causes it and parks that one. The function says no
// more than that the batch failed, so whatever succeeded before the failing record is done again with each try:
// a consumer that bisects has to be idempotent.
func bisectAndPark(ctx context.Context, d delivery, batch []record) error {
	try := func(part []record) (bool, error) {
		n, err := d.tryAll(ctx, part)
		return n == len(part), err
	}
	if err := bisect(batch, try, func(r record) error { return d.insist(ctx, r) }); err != nil {
		return err
	}
	return d.finish(ctx, batch)
}

// bisect tries the batch as a whole; what fails is halved, first half first, so that the order stays, until the
// failing record has failed alone. Of b records one that always fails is tried at most ⌈log₂ b⌉ + 1 times. An
// error ends it.
func bisect[R any](batch []R, try func([]R) (bool, error), alone func(R) error) error {
	ok, err := try(batch)
	if ok || err != nil {
		return err
	}
	if len(batch) == 1 {
		return alone(batch[0])
	}
	half := (len(batch) + 1) / 2
	if err := bisect(batch[:half], try, alone); err != nil {
		return err
	}
	return bisect(batch[half:], try, alone)
}

// reportFailure has the function say which record failed: what came before it is checkpointed, and only what
// did not succeed is tried again.
func reportFailure(ctx context.Context, d delivery, batch []record) error {
	for len(batch) > 0 {
		n, err := d.tryAll(ctx, batch)
		if err == nil && n > 0 {
			err = d.finish(ctx, batch[:n])
		}
		if err == nil && n < len(batch) {
			if err = d.insist(ctx, batch[n]); err == nil {
				err = d.finish(ctx, batch[n:n+1])
			}
			n++
		}
		if err != nil {
			return err
		}
		batch = batch[n:]
	}
	return nil
}

// checkpointFirst says that the batch is done and then does it. It never repeats a record and never blocks;
// what fails or is caught by a crash is lost.
func checkpointFirst(ctx context.Context, d delivery, batch []record) error {
	if err := d.checkpoint(ctx, batch); err != nil {
		return err
	}
	if err := d.crashPoint(ctx, batch); err != nil {
		return err
	}
	for _, r := range batch {
		d.try(ctx, r)
	}
	return nil
}
