package stream

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

// The effects that the pipeline records. Their key is the shard.
const (
	received = "received"  // by a consumer, at each try of a record
	applied  = "applied"   // by a consumer: as far as it knows the account has it
	exposed  = "exposed"   // by a consumer that crashed: so many records lay between effect and checkpoint
	behind   = "behind"    // a sample of the lag: records after the checkpoint
	done     = "done"      // by the audit: the account's journal has it, once for each time
	parked   = "parked"    // by the audit: it lies in the bucket
	inFlight = "in-flight" // by the audit: it lies in the log after the checkpoint
)

// busy is the share of the consumers' time that the workload takes while all is well.
const busy = 0.2

// pipeline is the system under every design: they differ in their log, their policy and in whether
// an account knows what it has.
type pipeline struct {
	env         *lab.Env
	log         log
	policy      policy
	accounts    *accounts
	lot         *lot
	serviceTime time.Duration // that a record costs a consumer
	valve       valve
	divided     atomic.Pointer[division] // nil until the shards are
}

// options are what the designs differ in.
type options struct {
	log    func(*lab.Env) log
	policy policy
	once   bool // an account applies a movement once, however often it comes
}

// start brings the pipeline up: first what it stands on, then the consumers, then the intake.
func (o options) start(ctx context.Context, env *lab.Env) (*lab.System, error) {
	p := &pipeline{
		env:         env,
		log:         o.log(env),
		policy:      o.policy,
		accounts:    &accounts{table: env.Name("accounts"), once: o.once},
		lot:         &lot{bucket: env.Name("parked")},
		serviceTime: time.Duration(busy * consumers / env.Rate * float64(time.Second)),
	}
	i := env.Observer()
	for _, create := range []func(context.Context, *lab.Instance) error{p.log.create, p.accounts.create, p.lot.create} {
		if err := create(ctx, i); err != nil {
			return nil, err
		}
	}
	for n := range consumers {
		if _, err := env.Run(ctx, fmt.Sprintf("consumer-%d", n+1), p.consumer(n)); err != nil {
			return nil, err
		}
	}
	if err := p.log.ready(ctx, i); err != nil {
		return nil, err
	}
	intake, err := env.Run(ctx, "intake", p.intake)
	if err != nil {
		return nil, err
	}
	env.Switch(reshardSwitch, fault.Switchable{On: p.reshard, Off: p.release, Measure: p.resharded})
	return &lab.System{Do: client(intake).Do, Backlog: p.backlog, Audit: p.audit}, nil
}

// backlog returns how many records lie after their checkpoints, and puts each shard's on record.
func (p *pipeline) backlog(ctx context.Context) (int, error) {
	lag, err := p.log.lag(ctx, p.env.Observer())
	for shard, n := range lag {
		p.env.History.Add(history.Event{Kind: history.Effect, Name: behind, Key: shard, N: int64(n)})
	}
	return total(lag), err
}

// effect records what happened to a record of the log.
func (p *pipeline) effect(name string, r record, by string) {
	id, _ := route(r.body)
	p.env.History.Add(history.Event{Kind: history.Effect, Op: id, Name: name, Key: r.shard, By: by})
}
