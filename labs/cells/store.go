package cells

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// store is a cell's own Redis namespace: two hashes, event ID → event.
type store struct {
	journal string // events that were taken in and not yet processed
	events  string // events that were processed
}

func newStore(env *lab.Env, cell string) store {
	return store{journal: env.Name(cell + ":journal"), events: env.Name(cell + ":events")}
}

// write puts an event into the journal, before anything else is done with it: what a worker has begun
// survives the worker.
func (s store) write(ctx context.Context, r *redis.Client, id string, event []byte) error {
	if err := r.HSet(ctx, s.journal, id, event).Err(); err != nil {
		return fmt.Errorf("write to the journal: %w", err)
	}
	return nil
}

// settle moves a processed event out of the journal. It can be repeated.
func (s store) settle(ctx context.Context, r *redis.Client, id string, event []byte) error {
	_, err := r.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, s.events, id, event)
		p.HDel(ctx, s.journal, id)
		return nil
	})
	if err != nil {
		return fmt.Errorf("settle event %s: %w", id, err)
	}
	return nil
}

// unsettled returns the journal.
func (s store) unsettled(ctx context.Context, r *redis.Client) (map[string]string, error) {
	left, err := r.HGetAll(ctx, s.journal).Result()
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	return left, nil
}

// drop removes an event from the journal: what an operator does with one that nobody can process.
func (s store) drop(ctx context.Context, r *redis.Client, id string) error {
	if err := r.HDel(ctx, s.journal, id).Err(); err != nil {
		return fmt.Errorf("drop event %s: %w", id, err)
	}
	return nil
}

// settled returns the IDs of the processed events.
func (s store) settled(ctx context.Context, r *redis.Client) ([]string, error) {
	ids, err := r.HKeys(ctx, s.events).Result()
	if err != nil {
		return nil, fmt.Errorf("read the events: %w", err)
	}
	return ids, nil
}
