package sharding

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	movedAtOnce   = 20  // keys of a transfer
	movedASecond  = 400 // keys: a move that takes all of the network is an outage of its own
	movePatience  = 5 * time.Second
	moveAgainPast = 50 * time.Millisecond // after a transfer that failed
)

// The switches that change the shards.
const (
	addShard    = "add-shard"
	removeShard = "remove-shard"
	crashInMove = "crash-in-move"
)

// addShard starts another shard and gives it its part of the keys.
func (t *tier) addShard(ctx context.Context) error {
	shard, err := t.Run(ctx, fmt.Sprintf("shard-%d", len(t.shards.Names())+1), t.shard)
	if err != nil {
		return err
	}
	t.shards.Join(shard)
	return t.reshard(ctx, append(slices.Clone(t.serving), shard.Name))
}

// removeShard takes a shard out of service; it gives away what it has. Which one is drawn.
func (t *tier) removeShard(ctx context.Context) error {
	n := t.drawn.IntN(len(t.serving))
	return t.reshard(ctx, slices.Delete(slices.Clone(t.serving), n, n+1))
}

// reshard changes the placement at once, for new requests, and then has the keys moved that are elsewhere by
// the new one. The lock waits for the requests that were routed by the old placement: none of them can write
// to a shard whose keys are being given away.
func (t *tier) reshard(ctx context.Context, shards []string) error {
	if t.toMove.Load() > 0 {
		return errors.New("keys are still being moved by the change before this one")
	}
	after := t.placement.on(shards)
	all, copies := transfers(allKeys, t.placement, after, t.drawn), 0
	for _, tr := range all {
		copies += len(tr.Keys)
	}
	t.changing.Lock()
	t.moves.Store(int64(copies))
	t.toMove.Store(int64(copies))
	t.placement, t.serving = after, shards
	t.changes++
	t.Observer().Effect(ctx, history.Event{Name: placed, Key: t.name, N: int64(len(shards))})
	t.changing.Unlock()
	_, err := t.Run(ctx, fmt.Sprintf("mover-%d", t.changes), t.mover(all))
	return err
}

// measureMove tells how far the move has come. What is on its way can't be read.
func (t *tier) measureMove(context.Context) (fault.Measurement, error) {
	all, left := t.moves.Load(), t.toMove.Load()
	return fault.Measurement{Acted: all > 0, Text: fmt.Sprintf("%d keys moved, %d to go", all-left, left)}, nil
}

// crashInMove adds a shard, and has another die that has copied a batch of keys to where they belong and not
// yet deleted its own. It stays dead for as long as the fault is on.
func (t *tier) crashInMove() fault.Switchable {
	var crash fault.Injection
	return fault.Switchable{
		On: func(ctx context.Context) (err error) {
			if crash, err = (process.CrashAt{Instance: t.serving[0], Point: copied}).Inject(ctx, t.Surface); err != nil {
				return err
			}
			return t.addShard(ctx)
		},
		Off:     func(ctx context.Context) error { return crash.Revert(ctx) },
		Measure: func(ctx context.Context) (fault.Measurement, error) { return crash.Measure(ctx) },
	}
}

// transfer is a batch of keys that one shard is to give to another.
type transfer struct {
	From, To string
	Keys     []string
}

// transfers compares two placements: each copy on a shard that is to have it no longer goes to one that does
// not have it yet. Their order is drawn, so that no shard waits for all of another's.
func transfers(keys []string, before, after placement, rnd *rand.Rand) (all []*transfer) {
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
		}
	}
	rnd.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
	return all
}

// minus returns what is in a and not in b.
func minus(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// mover carries out transfers at a bounded pace and ends when all are done.
func (t *tier) mover(all []*transfer) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		i.Ready()
		begun, keys := time.Now(), 0
		for _, tr := range all {
			for err := t.move(ctx, i, tr); err != nil; err = t.move(ctx, i, tr) {
				i.Log.Info("a transfer failed and is tried again", zap.Error(err))
				if i.Work(ctx, moveAgainPast) != nil {
					return nil // asked to stop
				}
			}
			keys += len(tr.Keys)
			if i.Work(ctx, time.Until(begun.Add(time.Duration(keys)*time.Second/movedASecond))) != nil {
				return nil
			}
		}
		return nil
	}
}

// move carries out a transfer. It can be repeated.
func (t *tier) move(ctx context.Context, i *lab.Instance, tr *transfer) error {
	ctx, cancel := context.WithTimeout(ctx, movePatience)
	defer cancel()
	if err := t.shards.Ask(ctx, i, tr.From, "POST /export", tr, nil); err != nil {
		return err
	}
	for _, key := range tr.Keys {
		i.Effect(ctx, history.Event{Name: moved, Key: tr.To, Value: key})
	}
	t.toMove.Add(-int64(len(tr.Keys)))
	return nil
}
