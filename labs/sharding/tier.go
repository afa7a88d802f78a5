package sharding

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

const (
	keyCount     = 1000
	shardCount   = 4   // before one is added or removed
	virtualNodes = 160 // a shard, as ketama has them
	writesOneIn  = 10  // the rest are reads
	hotOneIn     = 2   // requests that ask for the hot key while there is one
)

// The effects that the tier records.
const (
	reading   = "reading"    // the router was asked for a key
	writing   = "writing"    // the router was asked to write a key
	missed    = "missed"     // a read met a key that has not arrived on its shard
	served    = "served"     // a shard served a request; Key is the shard
	resharded = "resharded"  // the placement changed; Key is its name, Value "4 5" the shards before and after, N the copies of a key
	moved     = "moved"      // a key arrived; Key is the shard that has it now, Value the key
	heated    = "heated"     // a key became hot; as resharded
	underHeat = "under-heat" // the client sent a request while there was a hot key; Key is what it asked for
	stored    = "stored"     // by the audit: a key lies in a shard; Key is the shard, Value the key and what it holds
	owed      = "owed"       // by the audit: a key belongs on a shard; Key is the shard, Value the key
)

// requestID is the header with the ID of the operation that a request belongs to.
const requestID = "X-Request-Id"

// initial is what a key holds before it is written.
const initial = "initial"

// scheme is what the designs differ in.
type scheme struct {
	name   string
	copies int
	place  func(keys, shards []string) placement
}

// tier is the system under every design.
type tier struct {
	env    *lab.Env
	scheme scheme
	keys   []string
	client *http.Client
	door   string // the router's address

	mu        sync.RWMutex // held by every request on its way, so that a change waits for them
	placement placement
	shards    []string        // those that are part of the placement
	instances sync.Map        // name → *lab.Process, of all that ever were
	toMove    atomic.Int64    // keys still to be moved
	turn      atomic.Uint64   // of the copies to be read
	hot       atomic.Bool     // there is a hot key
	asked     [2]atomic.Int64 // requests since there is, for other keys and for the hot one
}

// start brings the tier up with its keys in place.
func (s scheme) start(ctx context.Context, env *lab.Env) (*lab.System, error) {
	t := &tier{env: env, scheme: s, client: env.Observer().HTTP()}
	for n := range keyCount {
		t.keys = append(t.keys, fmt.Sprintf("k%d", n))
	}
	for n := range shardCount {
		t.shards = append(t.shards, fmt.Sprintf("shard-%d", n+1))
	}
	t.placement = s.place(t.keys, t.shards)
	for _, name := range t.shards {
		if err := t.runShard(ctx, name); err != nil {
			return nil, err
		}
	}
	if err := t.fill(ctx); err != nil {
		return nil, err
	}
	router, err := env.Run(ctx, "router", t.router)
	if err != nil {
		return nil, err
	}
	t.door = router.Addr()
	env.Switch("add-shard", fault.Switchable{On: t.addShard, Measure: t.measureMove})
	env.Switch("remove-shard", fault.Switchable{On: t.removeShard, Measure: t.measureMove})
	env.Switch("hot-key", fault.Switchable{On: t.heat, Off: t.cool, Measure: t.measureHeat})
	return &lab.System{Do: t.do, Backlog: t.backlog, Audit: t.audit}, nil
}

// record records an effect.
func (t *tier) record(e history.Event) {
	e.Kind = history.Effect
	t.env.History.Add(e)
}

// drawn decides whatever a change leaves to chance.
func (t *tier) drawn() *rand.Rand { return rand.New(rand.NewPCG(t.env.Seed, 0x73686172)) }

// runShard starts a shard.
func (t *tier) runShard(ctx context.Context, name string) error {
	i, err := t.env.Run(ctx, name, t.shard)
	if err != nil {
		return err
	}
	t.instances.Store(name, i)
	return nil
}

// addr returns where a shard listens.
func (t *tier) addr(shard string) string {
	i, ok := t.instances.Load(shard)
	if !ok {
		return ""
	}
	return i.(*lab.Process).Addr()
}

// fill writes every key's first value, in one command.
func (t *tier) fill(ctx context.Context) error {
	var pairs []string
	for _, key := range t.keys {
		for _, shard := range t.placement.owners(key) {
			pairs = append(pairs, t.env.Name(shard+":"+key), initial)
		}
	}
	if err := t.env.Observer().Redis().MSet(ctx, pairs).Err(); err != nil {
		return fmt.Errorf("fill the shards: %w", err)
	}
	return nil
}

// hotKey is the key that everybody asks for under hot-key.
func (t *tier) hotKey() string { return t.keys[t.env.Seed%keyCount] }

// do is the client: nine reads to a write.
func (t *tier) do(ctx context.Context, op load.Op) (string, error) {
	method, body, key := http.MethodGet, "", op.Key
	if op.Canary { // a canary's key is not among those that are stored
		key = t.keys[0]
	} else if op.Seq%writesOneIn == writesOneIn-1 { // an odd one, so that a hot key is only read
		method, body = http.MethodPut, op.ID
	}
	if t.hot.Load() {
		chosen := 0
		if !op.Canary && op.Seq%hotOneIn == 0 {
			key, chosen = t.hotKey(), 1
		}
		t.asked[chosen].Add(1)
		t.record(history.Event{Op: op.ID, Name: underHeat, By: "client", Key: key})
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+t.door+"/keys/"+key, strings.NewReader(body))
	if err != nil {
		return "", load.Definite(err)
	}
	req.Header.Set(requestID, op.ID)
	resp, err := t.client.Do(req)
	var dial *net.OpError
	switch {
	case errors.As(err, &dial) && dial.Op == "dial":
		return "", load.Definite(err)
	case err != nil:
		return "", err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(resp.Body)
	switch {
	case resp.StatusCode < 300:
		return "", nil
	case method == http.MethodGet || resp.StatusCode < 500: // a read that failed has changed nothing
		return "", load.Definite(fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(said)))
	default:
		return "", fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(said))
	}
}

// backlog returns how many keys are not yet on the shard that the placement says.
func (t *tier) backlog(context.Context) (int, error) { return int(t.toMove.Load()), nil }

// audit records, from Redis alone, what lies in which shard, and from the placement what should.
func (t *tier) audit(ctx context.Context) error {
	r := t.env.Observer().Redis()
	prefix := t.env.Name("shard-")
	found := r.Scan(ctx, 0, prefix+"*", 1000).Iterator()
	var keys []string
	for found.Next(ctx) {
		keys = append(keys, found.Val())
	}
	if err := found.Err(); err != nil {
		return fmt.Errorf("audit the shards: %w", err)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys) // a scan may return a key twice
	for batch := range slices.Chunk(keys, 1000) {
		values, err := r.MGet(ctx, batch...).Result()
		if err != nil {
			return fmt.Errorf("audit the shards: %w", err)
		}
		for n, v := range values {
			number, key, _ := strings.Cut(strings.TrimPrefix(batch[n], prefix), ":")
			t.record(history.Event{Name: stored, By: "audit", Key: "shard-" + number, Value: fmt.Sprintf("%s %v", key, v)})
		}
	}
	for _, key := range t.keys {
		for _, shard := range t.placement.owners(key) {
			t.record(history.Event{Name: owed, By: "audit", Key: shard, Value: key})
		}
	}
	return nil
}
