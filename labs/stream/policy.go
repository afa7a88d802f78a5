package stream

import "context"

// tries is how often a record is tried by itself before it is parked.
const tries = 3

// policy decides how a batch of one shard is processed: when it is checkpointed, and what comes of a
// record that fails. It returns an error where the consumer has to begin anew from its checkpoint.
type policy func(ctx context.Context, d *delivery, batch []record) error

// blockOnError tries the batch until all of it succeeds, as Lambda's mapping of a stream does unless
// it is told otherwise: up to the retention of the stream. Nothing overtakes the failing record, and
// so nothing behind it is processed.
func blockOnError(ctx context.Context, d *delivery, batch []record) error {
	for {
		n, err := d.tryAll(ctx, batch)
		if err != nil {
			return err
		}
		if n == len(batch) {
			return d.finish(ctx, batch)
		}
		if err := d.backOff(ctx); err != nil {
			return err
		}
	}
}

// bisectAndPark narrows a failure down to the record that causes it and parks that one. The function
// says no more than that the batch failed, so whatever succeeded before the failing record is done
// again with each try: a consumer that bisects has to be idempotent.
func bisectAndPark(ctx context.Context, d *delivery, batch []record) error {
	try := func(part []record) (bool, error) {
		n, err := d.tryAll(ctx, part)
		return n == len(part), err
	}
	if err := bisect(batch, tries, try, func(r record) error { return d.park(ctx, r) }); err != nil {
		return err
	}
	return d.finish(ctx, batch)
}

// bisect tries the batch as a whole; what fails is halved, first half first, so that the order stays,
// until the failing record is alone. That one gets its tries and is parked. Of b records one that
// always fails is tried at most ⌈log₂ b⌉ + tries times. An error ends it.
func bisect[R any](batch []R, tries int, try func([]R) (bool, error), park func(R) error) error {
	ok, err := try(batch)
	if ok || err != nil {
		return err
	}
	if half := (len(batch) + 1) / 2; half < len(batch) {
		if err := bisect(batch[:half], tries, try, park); err != nil {
			return err
		}
		return bisect(batch[half:], tries, try, park)
	}
	for range tries - 1 {
		if ok, err := try(batch); ok || err != nil {
			return err
		}
	}
	return park(batch[0])
}

// reportFailure has the function say which record failed: what came before it is checkpointed, and
// only what did not succeed is tried again.
func reportFailure(ctx context.Context, d *delivery, batch []record) error {
	failed := 0 // tries of batch[0]
	for len(batch) > 0 {
		n, err := d.tryAll(ctx, batch)
		if err != nil {
			return err
		}
		if n > 0 {
			failed = 0
		}
		if n < len(batch) {
			failed++
		}
		if failed == tries {
			if err := d.park(ctx, batch[n]); err != nil {
				return err
			}
			n, failed = n+1, 0
		}
		if n > 0 {
			if err := d.finish(ctx, batch[:n]); err != nil {
				return err
			}
			batch = batch[n:]
		}
		if failed > 0 {
			if err := d.backOff(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkpointFirst says that the batch is done and then does it. What fails is dropped: nobody comes
// back to it.
func checkpointFirst(ctx context.Context, d *delivery, batch []record) error {
	if err := d.checkpoint(ctx, batch); err != nil {
		return err
	}
	if err := d.crashPoint(batch); err != nil {
		return err
	}
	for _, r := range batch {
		d.try(ctx, r)
	}
	return nil
}
