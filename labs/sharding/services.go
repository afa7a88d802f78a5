package sharding

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// router is the door of the tier: it knows the placement and asks the shards that have the key.
//
//	GET /keys/{key}   200 and the value; 204 where the key has none; 503 where the key is on its way to another shard
//	PUT /keys/{key}   204 once every copy is written
func (t *tier) router(ctx context.Context, i *lab.Instance) error {
	return part.Serve(ctx, i, map[string]part.Handler{
		"GET /keys/{key}": func(ctx context.Context, r *part.Request) (any, error) { return t.read(ctx, i, r) },
		"PUT /keys/{key}": func(ctx context.Context, r *part.Request) (any, error) { return nil, t.write(ctx, i, r) },
	})
}

// read asks one of the key's shards, and the others where that does not have it or does not answer.
func (t *tier) read(ctx context.Context, i *lab.Instance, r *part.Request) (any, error) {
	t.changing.RLock()
	defer t.changing.RUnlock()
	owners := t.placement.owners(r.PathValue("key"))
	turn, _ := t.turns.LoadOrStore(r.PathValue("key"), new(atomic.Uint64)) // the copies take turns
	first := int(turn.(*atomic.Uint64).Add(1) % uint64(len(owners)))
	var err error
	for n := range owners {
		shard := owners[(first+n)%len(owners)]
		var value []byte
		err = t.shards.Ask(ctx, i, shard, "GET "+r.URL.Path, nil, &value)
		if len(value) > 0 {
			i.Effect(ctx, history.Event{Name: served, Key: shard})
			return value, nil
		}
	}
	if err == nil && t.toMove.Load() > 0 {
		err = &part.Status{Code: http.StatusServiceUnavailable, Text: "the key is on its way to another shard"}
	}
	return nil, err
}

// write writes every copy.
func (t *tier) write(ctx context.Context, i *lab.Instance, r *part.Request) error {
	t.changing.RLock()
	defer t.changing.RUnlock()
	owners := t.placement.owners(r.PathValue("key"))
	for n, shard := range owners {
		err := t.shards.Ask(ctx, i, shard, "PUT "+r.URL.Path, r.Body, nil)
		switch {
		case err != nil && n > 0: // %v: even where this copy was refused, the put has not failed for certain
			return fmt.Errorf("%d of %d copies are written: %v", n, len(owners), err)
		case err != nil:
			return err
		}
		i.Effect(ctx, history.Event{Name: served, Key: shard})
	}
	return nil
}

// shard is one shard: a service with its own keys, in a hash of its name in Redis.
//
//	GET  /keys/{key}   200 and the value, or 204 where it does not have the key
//	PUT  /keys/{key}   204
//	POST /export       {"To": "shard-5", "Keys": […]}: gives those keys away; 204
//	POST /import       {"key": "value", …}: takes keys that another gives away; 204
func (t *tier) shard(ctx context.Context, i *lab.Instance) error {
	return part.Serve(ctx, i, map[string]part.Handler{
		"GET /keys/{key}": func(ctx context.Context, r *part.Request) (any, error) {
			value, err := i.Redis().HGet(ctx, t.Name(i.Name), r.PathValue("key")).Bytes()
			if errors.Is(err, redis.Nil) {
				return nil, nil
			}
			return value, err
		},
		"PUT /keys/{key}": func(ctx context.Context, r *part.Request) (any, error) {
			return nil, i.Redis().HSet(ctx, t.Name(i.Name), r.PathValue("key"), r.Body).Err()
		},
		"POST /export": func(ctx context.Context, r *part.Request) (any, error) { return nil, t.give(ctx, i, r.Body) },
		"POST /import": func(ctx context.Context, r *part.Request) (any, error) { return nil, t.take(ctx, i, r.Body) },
	})
}

// copied is the crash point at which a batch of keys is on both shards.
const copied = "copied"

// give copies keys to another shard and then deletes its own, as Redis Cluster's MIGRATE does. A crash in
// between leaves them on both, and the order is repeated. The other way round it would lose them.
func (t *tier) give(ctx context.Context, i *lab.Instance, order []byte) error {
	var tr transfer
	if err := json.Unmarshal(order, &tr); err != nil {
		return load.Definite(err)
	}
	values, err := i.Redis().HMGet(ctx, t.Name(i.Name), tr.Keys...).Result()
	if err != nil {
		return err
	}
	batch := map[string]any{}
	for n, value := range values {
		if value != nil {
			batch[tr.Keys[n]] = value
		}
	}
	if err := t.shards.Ask(ctx, i, tr.To, "POST /import", batch, nil); err != nil {
		return err
	}
	if err := i.CrashPoint(copied); err != nil {
		return err
	}
	return i.Redis().HDel(ctx, t.Name(i.Name), tr.Keys...).Err()
}

// take stores what another shard gives away. HSETNX leaves keys alone that it has already: those were put here
// since the placement changed, and are newer.
func (t *tier) take(ctx context.Context, i *lab.Instance, given []byte) error {
	var batch map[string]string
	if err := json.Unmarshal(given, &batch); err != nil {
		return load.Definite(err)
	}
	_, err := i.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for key, value := range batch {
			p.HSetNX(ctx, t.Name(i.Name), key, value)
		}
		return nil
	})
	return err
}
