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

	halfway = "half moved"       // the crash point of a shard at which a batch of keys is on both, or on neither
	unnoted = "moved, not noted" // the crash point of the mover
)

// router is the door of the tier: it knows the placement and asks the shards that have the key.
func (t *tier) router(ctx context.Context, i *lab.Instance) error {
	return part.Serve(ctx, i, map[string]part.Handler{
		"GET /keys/{key}": func(ctx context.Context, r *part.Request) (any, error) { return t.read(ctx, i, r) },
		"PUT /keys/{key}": func(ctx context.Context, r *part.Request) (any, error) { return nil, t.write(ctx, i, r) },
	})
}

// read asks the key's shards in turn. Where a single one has not got it yet, the one that had it does, or no longer:
// then it has arrived. Only a shard that answers can be passed over for the old one: another may have a newer value.
func (t *tier) read(ctx context.Context, i *lab.Instance, r *part.Request) (any, error) {
	t.changing.RLock()
	defer t.changing.RUnlock()
	key := r.PathValue("key")
	owners := t.placement.owners(key)
	turn, left := t.turn.Add(1)%uint64(len(owners)), minus(t.before.owners(key), owners)
	ask, old := slices.Concat(owners[turn:], owners[:turn]), len(owners) == 1 && t.readsOld
	if old {
		ask = slices.Concat(owners, left, owners)
	}
	var err error
	for n, shard := range ask {
		var value []byte
		failed := t.shards.Ask(ctx, i, shard, "GET "+r.URL.Path, nil, &value)
		switch {
		case len(value) > 0:
			i.Effect(ctx, history.Event{Name: served, Key: shard})
			return value, nil
		case failed != nil && old:
			return nil, failed
		case failed != nil:
			err = failed
		case n < len(owners):
			i.Effect(ctx, history.Event{Name: met, Key: shard})
		}
	}
	if err == nil && !old && len(left) > 0 && t.toMove.Load() > 0 {
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
		"POST /import": part.Take(func(ctx context.Context, b batch) error { return t.take(ctx, i, b) }),
	})
}

// give copies keys to another shard and then deletes its own, as Redis Cluster's MIGRATE does. A crash in
// between leaves them on both, and the order is repeated. The other way round it loses them.
func (t *tier) give(ctx context.Context, i *lab.Instance, tr transfer) error {
	values, err := i.Redis().HMGet(ctx, t.Name(i.Name), tr.Keys...).Result()
	if err != nil {
		return err
	}
	b := batch{From: i.Name, Values: map[string]string{}}
	for n, value := range values {
		if value, there := value.(string); there {
			b.Values[tr.Keys[n]] = value
		}
	}
	first := func() error { return t.shards.Ask(ctx, i, tr.To, "POST /import", b, nil) }
	then := func() error { return i.Redis().HDel(ctx, t.Name(i.Name), tr.Keys...).Err() }
	if !t.copiesFirst {
		first, then = then, first
	}
	if err := first(); err != nil {
		return err
	}
	if err := i.CrashPoint(halfway); err != nil {
		return err
	}
	return then()
}

// take stores what another shard gives away. HSETNX leaves keys alone that it has already: those were put here
// since the placement changed, and are newer.
func (t *tier) take(ctx context.Context, i *lab.Instance, b batch) error {
	_, err := i.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for key, value := range b.Values {
			if t.keepsNewer {
				p.HSetNX(ctx, t.Name(i.Name), key, value)
			} else {
				p.HSet(ctx, t.Name(i.Name), key, value)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for key := range b.Values {
		i.Effect(ctx, history.Event{Name: moved, Key: b.From, Value: key})
	}
	return nil
}

// transfer is the order to one shard to give keys to another, and batch what that one gets.
type (
	transfer struct {
		From, To string
		Keys     []string
	}
	batch struct {
		From   string
		Values map[string]string
	}
)

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
		i.Effect(ctx, history.Event{Name: halted, Key: next.From})
		return errors.Join(err, i.Work(ctx, idle))
	}
	if err := i.CrashPoint(unnoted); err != nil {
		return err
	}
	t.transfers = t.transfers[1:]
	t.toMove.Add(-int64(len(next.Keys)))
	return i.Work(ctx, time.Until(begun.Add(time.Duration(len(next.Keys))*time.Second/movedASecond)))
}
