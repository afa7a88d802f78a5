package sharding

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	shardCount = 4         // before one joins or leaves
	initial    = "initial" // what a key holds before it is put
)

// allKeys are the workload's keys, sorted.
var allKeys = slices.Sorted(slices.Values(load.KeyNames(1000)))

// The effects that the tier records.
const (
	placed = "placed" // there is a new placement; Key is its formula's name, N the number of shards
	moved  = "moved"  // a copy arrived; By is the shard that has it now, Key the one that had it, Value the key
	halted = "halted" // a transfer failed; Key is the shard that was to give
	met    = "met"    // a get came to a shard that does not have the key yet; Key is the shard
	served = "served" // a shard served a request; Key is the shard
	owed   = "owed"   // by the audit: a copy belongs on a shard; Key is the shard, Value the key
	stored = "stored" // by the audit: a copy lies on a shard; as owed, and Op is the put that wrote it, if any
)

// tier is the system under every design.
type tier struct {
	*lab.Env
	shards part.Peers    // all that ever joined
	turn   atomic.Uint64 // of the copies to be read

	formula                           string // of what moves
	readsOld, copiesFirst, keepsNewer bool   // guards

	changing          sync.RWMutex // held by every request on its way: a change of the placement waits for them
	before, placement placement
	serving           []string     // the shards of the placement
	moves, toMove     atomic.Int64 // copies that the last change moves, and those of them that have not arrived
	transfers         []*transfer  // of those, the mover's while there are any
}

// open is a tier under a placement, which begins without shards, and whose formula has a name.
func open(b *lab.Builder, formula string, empty placement) {
	t := &tier{Env: b.Env, formula: formula,
		readsOld: b.Guarded(readOld), copiesFirst: b.Guarded(copyFirst), keepsNewer: b.Guarded(keepNewer)}
	t.shards.Join(b.Services("shard", shardCount, t.shard)...)
	t.serving = t.shards.Names()
	t.placement = empty.on(t.serving)
	t.before = t.placement
	b.Prepare("fill the shards", t.fill)
	b.Service("mover", part.Loop(t.move))
	router := b.Service("router", t.router)
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		var read []byte
		what := strings.ToUpper(op.Name) + " /keys/" + op.Key
		err := part.Ask(ctx, b.Observer(), router, what, []byte(op.Value), &read)
		return string(read), err
	})
	b.Backlog(func(context.Context, *lab.Instance) (int, error) { return int(t.toMove.Load()), nil })
	b.Audit(t.audit)
	b.Switch(addShard, fault.Switchable{On: t.addShard, Measure: t.measureMove})
	b.Switch(removeShard, fault.Switchable{On: t.removeShard, Measure: t.measureMove})
	b.Switch(crashInMove, t.addAndCrash(process.CrashAt{Instance: "shard-1", Point: halfway}))
	b.Switch(moverCrash, t.addAndCrash(process.CrashAt{Instance: "mover", Point: unnoted}))
}

// fill has every shard hold what its keys hold at first.
func (t *tier) fill(ctx context.Context, i *lab.Instance) error {
	i.Effect(ctx, history.Event{Name: placed, Key: t.formula, N: shardCount})
	_, err := i.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, key := range allKeys {
			for _, shard := range t.placement.owners(key) {
				p.HSet(ctx, t.Name(shard), key, initial)
			}
		}
		return nil
	})
	return err
}

// audit records from Redis alone what lies where, and from the placement what belongs where.
func (t *tier) audit(ctx context.Context, i *lab.Instance) error {
	for _, shard := range t.shards.Names() {
		values, err := i.Redis().HGetAll(ctx, t.Name(shard)).Result()
		if err != nil {
			return err
		}
		for _, key := range allKeys {
			if value, there := values[key]; there {
				i.Effect(ctx, history.Event{Name: stored, Key: shard, Value: key, Op: strings.TrimPrefix(value, initial)})
			}
			if slices.Contains(t.placement.owners(key), shard) {
				i.Effect(ctx, history.Event{Name: owed, Key: shard, Value: key})
			}
		}
	}
	return nil
}

// addShard starts another shard and gives it its part of the keys.
func (t *tier) addShard(ctx context.Context) error {
	shard, err := t.Run(ctx, fmt.Sprintf("shard-%d", len(t.shards.Names())+1), t.shard)
	if err != nil {
		return err
	}
	t.shards.Join(shard)
	return t.reshard(ctx, append(slices.Clone(t.serving), shard.Name))
}

// removeShard takes the shard of a key that is drawn out of service; it gives away what it has.
func (t *tier) removeShard(ctx context.Context) error {
	key := allKeys[rand.New(rand.NewPCG(t.Seed, 0x73686172)).IntN(len(allKeys))]
	return t.reshard(ctx, minus(t.serving, t.placement.owners(key)[:1]))
}

// reshard changes the placement at once, for new requests, and has the mover move the keys that are elsewhere by it.
// The lock waits for requests routed by the old one: none of them can write to a shard whose keys are leaving.
func (t *tier) reshard(ctx context.Context, shards []string) error {
	if t.toMove.Load() > 0 {
		return errors.New("keys are still being moved by the change before this one")
	}
	t.changing.Lock()
	defer t.changing.Unlock()
	copies := int64(0)
	t.before, t.placement, t.serving = t.placement, t.placement.on(shards), shards
	t.Observer().Effect(ctx, history.Event{Name: placed, Key: t.formula, N: int64(len(shards))})
	t.transfers, copies = transfers(allKeys, t.before, t.placement)
	t.moves.Store(copies)
	t.toMove.Store(copies)
	return nil
}

// measureMove tells how far the move has come.
func (t *tier) measureMove(context.Context) (fault.Measurement, error) {
	all, left := t.moves.Load(), t.toMove.Load()
	return fault.Measurement{Acted: all > 0, Text: fmt.Sprintf("%d keys moved, %d to go", all-left, left)}, nil
}

// addAndCrash adds a shard, and has a process die at a point of the move until the fault is over.
func (t *tier) addAndCrash(at process.CrashAt) fault.Switchable {
	var crash fault.Injection
	return fault.Switchable{
		On: func(ctx context.Context) (err error) {
			if crash, err = at.Inject(ctx, t.Surface); err != nil {
				return err
			}
			if err = t.addShard(ctx); err != nil {
				err = errors.Join(err, crash.Revert(ctx)) // nothing stays armed
			}
			return err
		},
		Off:     func(ctx context.Context) error { return crash.Revert(ctx) },
		Measure: func(ctx context.Context) (fault.Measurement, error) { return crash.Measure(ctx) },
	}
}
