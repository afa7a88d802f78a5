package stream

import (
	"context"
	"errors"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// The effects that are on record.
const (
	received = "received"  // by a consumer, at each try of a record of the shard Key
	applied  = "applied"   // by a consumer: as far as it knows the account has it
	exposed  = "exposed"   // by a consumer that crashed: N records lay between effect and checkpoint
	done     = "done"      // by the audit: the account's journal has it, once for each time; N is what that is worth
	balance  = "balance"   // by the audit: of the account Key, N cents
	parked   = "parked"    // by the audit: it lies in the bucket
	inFlight = "in-flight" // by the audit: it lies in the log after the checkpoint
)

const (
	shards    = 2 // at first
	consumers = 2
	maxBatch  = 8           // records
	busy      = 0.2         // share of the consumers' time that the workload takes while all is well
	patience  = time.Second // that the intake has with the log
)

// pipeline is the system of every design.
type pipeline struct {
	// What the designs differ in.
	newLog func(b *lab.Builder) log
	policy policy // with all guards on

	once            bool // an account applies a movement once, however often it comes
	parks           bool // a record that keeps failing goes to a bucket
	checkpointsLast bool // after the effects, not before

	log         log
	accounts    *part.Table[account]
	parked      *part.Bucket  // records that nobody can process
	serviceTime time.Duration // that a record costs a consumer
	round       time.Duration // of a consumer's reads
	consumers   []*lab.Process
	observer    *lab.Instance
}

// build declares what the pipeline stands on, then the consumers, then the intake.
func (p pipeline) build(b *lab.Builder) {
	p.once, p.parks, p.checkpointsLast = b.Guarded(journal), b.Guarded(parking), b.Guarded(checkpointLast)
	p.log = p.newLog(b)
	p.accounts = part.NewTable[account](b, "accounts")
	p.parked = part.NewBucket(b, "parked")
	p.serviceTime = time.Duration(busy * consumers / b.Rate * float64(time.Second))
	p.round = roundTime(b)
	p.consumers, p.observer = b.Services("consumer", consumers, p.consumer), b.Observer()
	b.Switch(reshard, fault.Switchable{On: p.reshard, Off: p.resume, Measure: p.resharded})
	client := &part.Sender{
		From: b.Env, To: b.Service("intake", p.intake), Path: "/movements",
		Message: sound, Poisoned: poisoned, OrderingKey: func(op load.Op) string { return op.Key },
	}
	b.Client(client.Do)
	b.Backlog(p.log.Lag)
	b.Audit(p.audit)
}

// intake accepts movements and answers once the log has them, under their account as key.
func (p *pipeline) intake(ctx context.Context, i *lab.Instance) error {
	take := part.Take(func(ctx context.Context, m movement) error {
		if m.ID == "" || m.Account == "" {
			return load.Definite(errors.New("a movement has an id and an account"))
		}
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return p.log.Append(ctx, i, m.Account, part.Encode(m))
	})
	return part.Serve(ctx, i, map[string]part.Handler{"POST /movements": take})
}

// audit records what became of every movement, from the dependencies alone.
func (p *pipeline) audit(ctx context.Context, i *lab.Instance) error {
	return errors.Join(
		p.accounts.Each(ctx, i, func(a account) {
			for _, id := range a.Journal {
				i.Effect(ctx, history.Event{Op: id, Name: done, N: history.Amount(id)})
			}
			i.Effect(ctx, history.Event{Name: balance, Key: a.Account, N: int64(a.Cents)})
		}),
		p.parked.Each(ctx, i, func(_ string, body []byte) { record{body: body}.effect(ctx, i, parked) }),
		p.log.Left(ctx, i, func(body []byte) { record{body: body}.effect(ctx, i, inFlight) }),
	)
}

// log is what lies between the intake and the consumers: records with a key in shards, kept in order within a shard,
// read from a checkpoint on. Kinesis and Kafka differ in what a checkpoint is, in who assigns the shards, and in what
// they know of a shard's past.
type log interface {
	// Append appends a record and returns once the log has it.
	Append(ctx context.Context, i *lab.Instance, key string, body []byte) error
	// consume has records of the consumer's shards handled, one batch after the other.
	consume(ctx context.Context, i *lab.Instance, handle handler) error
	// Lag returns how many records lie after their shard's checkpoint.
	Lag(ctx context.Context, i *lab.Instance) (int, error)
	// Left calls do for each of them.
	Left(ctx context.Context, i *lab.Instance, do func(body []byte)) error
	// grow divides the shards and returns once so many take records.
	grow(ctx context.Context, i *lab.Instance, to int) error
}

// handler processes records of one shard, at most maxBatch.
type handler func(ctx context.Context, batch []record, mark checkpoint) error

// checkpoint says that records of a batch are done, and all before them.
type checkpoint func(ctx context.Context, done []record) error

// record is one record of the log.
type record struct {
	shard, at string // at is its sequence number or offset
	body      []byte
}

// effect puts on record what happened to it.
func (r record) effect(ctx context.Context, i *lab.Instance, name string) {
	i.Effect(ctx, history.Event{Op: part.Decode[movement](r.body).ID, Name: name, Key: r.shard})
}
