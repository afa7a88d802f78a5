package sharding

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	shardCount = 4         // before one joins or leaves
	initial    = "initial" // what a key holds before it is put
)

// The effects that the tier records.
const (
	placed = "placed" // there is a new placement; Key is its name, N the number of shards
	moved  = "moved"  // a copy arrived; Key is the shard that has it now, Value the key
	served = "served" // a shard served a request; Key is the shard
	owed   = "owed"   // by the audit: a copy belongs on a shard; Key is the shard, Value the key
	stored = "stored" // by the audit: a copy lies on a shard; Key is the shard, Value the key, Op the put that wrote it, if any
)

// tier is the system under every design.
type tier struct {
	*lab.Env
	name   string     // of the placement
	shards part.Peers // all that ever joined
	drawn  *rand.Rand // decides whatever a change leaves to chance

	changing  sync.RWMutex // held by every request on its way: a change of the placement waits for them
	placement placement
	serving   []string // the shards of the placement
	changes   int      // of the placement

	turns  sync.Map     // of the copies to be read: key → *atomic.Uint64
	moves  atomic.Int64 // copies that the last change moves
	toMove atomic.Int64 // of which so many have not arrived
}

// build returns what declares a tier under that placement, with its keys in place.
func build(name string, empty placement) func(b *lab.Builder) {
	return func(b *lab.Builder) {
		t := &tier{Env: b.Env, name: name, drawn: rand.New(rand.NewPCG(b.Seed, 0x73686172))}
		t.shards.Join(b.Services("shard", shardCount, t.shard)...)
		t.serving = t.shards.Names()
		t.placement = empty.on(t.serving)
		b.Prepare("fill the shards", t.fill)
		router := b.Service("router", t.router)
		b.Client(func(ctx context.Context, op load.Op) (string, error) {
			if !op.ReadOnly {
				return "", part.Ask(ctx, b.Observer(), router, "PUT /keys/"+op.Key, []byte(op.Value), nil)
			}
			var value []byte
			err := part.Ask(ctx, b.Observer(), router, "GET /keys/"+op.Key, nil, &value)
			return string(value), err
		})
		b.Backlog(func(context.Context, *lab.Instance) (int, error) { return int(t.toMove.Load()), nil })
		b.Audit(t.audit)
		b.Switch(addShard, fault.Switchable{On: t.addShard, Measure: t.measureMove})
		b.Switch(removeShard, fault.Switchable{On: t.removeShard, Measure: t.measureMove})
		b.Switch(crashInMove, t.crashInMove())
	}
}

// fill has every shard hold what its keys hold at first.
func (t *tier) fill(ctx context.Context, i *lab.Instance) error {
	i.Effect(ctx, history.Event{Name: placed, Key: t.name, N: shardCount})
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
