package sharding

import (
	"context"
	"fmt"
	"slices"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
)

// addShard starts another shard and gives it its part of the keys.
func (t *tier) addShard(ctx context.Context) error {
	name := fmt.Sprintf("shard-%d", shardCount+1)
	if err := t.runShard(ctx, name); err != nil {
		return err
	}
	return t.reshard(ctx, with(t.shards, name), t.placement.add(name))
}

// removeShard takes a shard out of service; it gives away what it has. Which one is drawn.
func (t *tier) removeShard(ctx context.Context) error {
	name := t.shards[t.drawn().IntN(len(t.shards))]
	return t.reshard(ctx, without(t.shards, name), t.placement.remove(name))
}

// reshard changes the placement at once, for new requests, and then moves the keys that are
// elsewhere by the new one. The lock waits for the requests that were routed by the old placement:
// none of them can write to a shard whose keys are being given away.
func (t *tier) reshard(ctx context.Context, shards []string, after placement) error {
	before := t.placement
	all := transfers(t.keys, before, after, t.drawn())
	toMove := 0
	for _, tr := range all {
		toMove += len(tr.keys)
	}
	t.mu.Lock()
	t.toMove.Store(int64(toMove))
	t.record(history.Event{Name: resharded, Key: t.scheme.name, Value: fmt.Sprintf("%d %d", len(t.shards), len(shards)), N: int64(t.scheme.copies)})
	t.placement, t.shards = after, shards
	t.mu.Unlock()
	_, err := t.env.Run(ctx, "mover", t.mover(all))
	return err
}

// measureMove tells how far the move has come.
func (t *tier) measureMove(context.Context) (fault.Measurement, error) {
	left, arrived := int(t.toMove.Load()), 0
	h := t.env.History.Snapshot()
	for i := range h {
		if h[i].Kind == history.Effect && h[i].Name == moved {
			arrived++
		}
	}
	return fault.Measurement{
		Acted: arrived+left > 0, // what is on its way cannot be read
		Text:  fmt.Sprintf("%d shards (were %d), %d keys moved, %d to go", len(t.shards), shardCount, arrived, left),
	}, nil
}

// heat makes every second request ask for one and the same key.
func (t *tier) heat(context.Context) error {
	n := len(t.shards)
	t.record(history.Event{Name: heated, Key: t.scheme.name, Value: fmt.Sprintf("%d %d", n, n), N: int64(t.scheme.copies)})
	t.hot.Store(true)
	return nil
}

func (t *tier) cool(context.Context) error {
	t.hot.Store(false)
	return nil
}

// measureHeat tells which share of the requests asked for the hot key, and where it is.
func (t *tier) measureHeat(context.Context) (fault.Measurement, error) {
	other, hot := t.asked[0].Load(), t.asked[1].Load()
	owners := slices.Sorted(slices.Values(t.placement.owners(t.hotKey())))
	share := float64(hot) / float64(max(1, hot+other))
	return fault.Measurement{
		Acted: hot >= 10 && share > 1.0/hotOneIn/2,
		Text:  fmt.Sprintf("%d of %d requests (%.0f %%) for %s, on %v", hot, hot+other, 100*share, t.hotKey(), owners),
	}, nil
}
