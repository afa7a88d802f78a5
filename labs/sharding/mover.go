package sharding

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	movedAtOnce   = 20  // keys a batch
	movedASecond  = 400 // keys: a move that takes all of the network is an outage of its own
	movePatience  = 5 * time.Second
	moveAgainPast = 50 * time.Millisecond // after a batch that failed
)

// transfer is a batch of keys to be given by one shard to another.
type transfer struct {
	from, to string
	keys     []string
}

// transfers compares two placements: each copy on a shard that is to have it no longer goes to one
// that has not got it yet. Their order is drawn, so that no shard waits for all of another's.
func transfers(keys []string, before, after placement, rnd *rand.Rand) []transfer {
	byPair := map[[2]string][]string{}
	for _, key := range keys {
		was, is := before.owners(key), after.owners(key)
		leaving, joining := minus(was, is), minus(is, was)
		for n := range min(len(leaving), len(joining)) {
			pair := [2]string{leaving[n], joining[n]}
			byPair[pair] = append(byPair[pair], key)
		}
	}
	var all []transfer
	for _, pair := range sortedPairs(byPair) {
		for batch := range slices.Chunk(byPair[pair], movedAtOnce) {
			all = append(all, transfer{pair[0], pair[1], batch})
		}
	}
	rnd.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
	return all
}

// minus returns what is in a and not in b.
func minus(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func sortedPairs(m map[[2]string][]string) [][2]string {
	var pairs [][2]string
	for p := range m {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return pairs
}

// mover carries out transfers at a bounded pace and ends when all are done.
func (t *tier) mover(all []transfer) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		i.Ready()
		begun, keys := time.Now(), 0
		for _, tr := range all {
			for {
				err := t.move(ctx, i, tr)
				if err == nil {
					break
				}
				i.Log.Info("a transfer failed and is tried again", zap.Error(err))
				if err := i.Work(ctx, moveAgainPast); err != nil {
					return nil // asked to stop
				}
			}
			keys += len(tr.keys)
			due := begun.Add(time.Duration(keys) * time.Second / movedASecond)
			if err := i.Work(ctx, time.Until(due)); err != nil {
				return nil
			}
		}
		return nil
	}
}

func (t *tier) move(ctx context.Context, i *lab.Instance, tr transfer) error {
	ctx, cancel := context.WithTimeout(ctx, movePatience)
	defer cancel()
	body, err := json.Marshal(exportOrder{To: t.addr(tr.to), Keys: tr.keys})
	if err != nil {
		return err
	}
	if err := post(ctx, i.HTTP(), t.addr(tr.from), "/export", body); err != nil {
		return fmt.Errorf("move %d keys from %s to %s: %w", len(tr.keys), tr.from, tr.to, err)
	}
	for _, key := range tr.keys {
		t.record(history.Event{Name: moved, Key: tr.to, Value: key})
	}
	t.toMove.Add(-int64(len(tr.keys)))
	return nil
}
