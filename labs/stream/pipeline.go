package stream

import (
	"context"
	"errors"
	"fmt"
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
	done     = "done"      // by the audit: the account's journal has it, once for each time
	parked   = "parked"    // by the audit: it lies in the bucket
	inFlight = "in-flight" // by the audit: it lies in the log after the checkpoint
)

const (
	busy     = 0.2         // share of the consumers' time that the workload takes while all is well
	patience = time.Second // that the intake has with the log
)

// design is what the designs differ in.
type design struct {
	newLog func(b *lab.Builder) log
	policy policy
	once   bool // an account applies a movement once, however often it comes
}

// pipeline is the system of a design.
type pipeline struct {
	design
	log         log
	accounts    *part.Table[account]
	parked      *part.Bucket  // records that nobody can process
	serviceTime time.Duration // that a record costs a consumer
}

// build declares what the pipeline stands on, then the consumers, then the intake.
func (d design) build(b *lab.Builder) {
	p := &pipeline{
		design:      d,
		log:         d.newLog(b),
		accounts:    part.NewTable[account](b, "accounts"),
		parked:      part.NewBucket(b, "parked"),
		serviceTime: time.Duration(busy * consumers / b.Rate * float64(time.Second)),
	}
	r := resharding{log: p.log, observer: b.Observer()}
	for n := range consumers {
		r.consumers = append(r.consumers, b.Service(fmt.Sprintf("consumer-%d", n+1), p.consumer(n)))
	}
	b.Switch(reshard, fault.Switchable{On: r.on, Off: r.off, Measure: r.measure})
	client := &part.Sender{
		From: b.Env, To: b.Service("intake", p.intake), Path: "/movements",
		Message: sound, Poisoned: poisoned, OrderingKey: func(op load.Op) string { return op.Key },
	}
	b.Client(client.Do)
	b.Backlog(p.log.Lag)
	b.Audit(p.audit)
}

// intake accepts movements at POST /movements, and answers once the log has them, under their account as key.
// Where the log does not answer in time it may have the movement or not.
func (p *pipeline) intake(ctx context.Context, i *lab.Instance) error {
	return part.Serve(ctx, i, map[string]part.Handler{"POST /movements": func(ctx context.Context, r *part.Request) (any, error) {
		to := part.Decode[address](r.Body)
		if to.ID == "" || to.Account == "" {
			return nil, load.Definite(errors.New("a movement is a JSON object with an id and an account"))
		}
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return part.Accepted, p.log.Append(ctx, i, to.Account, r.Body)
	}})
}

// audit records what became of every movement, from the dependencies alone: in an account's journal, and
// where there, parked, or still unread.
func (p *pipeline) audit(ctx context.Context, i *lab.Instance) error {
	err := p.accounts.Each(ctx, i, func(a account) {
		for _, id := range a.Journal {
			i.Effect(ctx, history.Event{Op: id, Name: done})
		}
	})
	if err != nil {
		return err
	}
	found := func(name string) func(body []byte) {
		return func(body []byte) { record{body: body}.effect(ctx, i, name) }
	}
	err = p.parked.Each(ctx, i, func(_ string, body []byte) { found(parked)(body) })
	if err != nil {
		return err
	}
	return p.log.Left(ctx, i, found(inFlight))
}

// effect puts on record what happened to a record of the log.
func (r record) effect(ctx context.Context, i *lab.Instance, name string) {
	i.Effect(ctx, history.Event{Op: part.Decode[address](r.body).ID, Name: name, Key: r.shard})
}
