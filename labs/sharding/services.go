package sharding

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	movedAtOnce  = 20              // keys of a transfer
	movedASecond = 400             // keys: a move that takes all of the network is an outage of its own
	movePatience = 5 * time.Second // for a transfer
	copied       = "copied"        // the crash point at which a batch of keys is on both shards
)

// router is the door of the tier: it knows the placement and asks the shards that have the key.
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
	owners, turn := t.placement.owners(r.PathValue("key")), t.turn.Add(1)
	var err error
	for n := range uint64(len(owners)) {
		shard, value := owners[(turn+n)%uint64(len(owners))], []byte(nil)
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
		if err != nil && n > 0 { // as a text: even where this copy was refused, the put has not failed for certain
			return fmt.Errorf("%d of %d copies are written: %s", n, len(owners), err.Error())
		} else if err != nil {
			return err
		}
		i.Effect(ctx, history.Event{Name: served, Key: shard})
	}
	return nil
}

// shard is a service with keys of its own, in a hash of its name in Redis.
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
		"POST /export": part.Take(func(ctx context.Context, tr transfer) error { return t.give(ctx, i, tr) }),
		"POST /import": part.Take(func(ctx context.Context, kv map[string]string) error { return t.take(ctx, i, kv) }),
	})
}

// give copies keys to another shard and then deletes its own, as Redis Cluster's MIGRATE does. A crash in
// between leaves them on both, and the order is repeated. The other way round it would lose them.
func (t *tier) give(ctx context.Context, i *lab.Instance, tr transfer) error {
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
func (t *tier) take(ctx context.Context, i *lab.Instance, given map[string]string) error {
	_, err := i.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for key, value := range given {
			p.HSetNX(ctx, t.Name(i.Name), key, value)
		}
		return nil
	})
	return err
}

// transfer is a batch of keys that one shard is to give to another.
type transfer struct {
	From, To string
	Keys     []string
}

// transfers returns what has to be moved to get from one placement to another, and how many copies that are.
func transfers(keys []string, before, after placement) (all []*transfer, copies int64) {
	filling := map[[2]string]*transfer{} // the last of each pair of shards
	for _, key := range keys {
		was, is := before.owners(key), after.owners(key)
		leaving, joining := minus(was, is), minus(is, was)
		for n := range min(len(leaving), len(joining)) {
			pair := [2]string{leaving[n], joining[n]}
			if tr := filling[pair]; tr == nil || len(tr.Keys) == movedAtOnce {
				filling[pair] = &transfer{From: leaving[n], To: joining[n]}
				all = append(all, filling[pair])
			}
			filling[pair].Keys = append(filling[pair].Keys, key)
			copies++
		}
	}
	return all, copies
}

// minus returns what is in a and not in b.
func minus(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// move is the mover's round: it carries out the next transfer, at a bounded pace. One that failed is repeated.
func (t *tier) move(ctx context.Context, i *lab.Instance) error {
	idle := t.Idle(50*time.Millisecond, 5*time.Second)
	if t.toMove.Load() == 0 {
		return i.Work(ctx, idle)
	}
	next, begun := t.transfers[0], time.Now()
	asked, cancel := context.WithTimeout(ctx, movePatience)
	defer cancel()
	if err := t.shards.Ask(asked, i, next.From, "POST /export", next, nil); err != nil {
		return errors.Join(err, i.Work(ctx, idle))
	}
	for _, key := range next.Keys {
		i.Effect(ctx, history.Event{Name: moved, Key: next.To, Value: key})
	}
	t.transfers = t.transfers[1:]
	t.toMove.Add(-int64(len(next.Keys)))
	return i.Work(ctx, time.Until(begun.Add(time.Duration(len(next.Keys))*time.Second/movedASecond)))
}
