package dlq

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

// The effects that the pipeline records.
const (
	received = "received"  // by a worker, of an order in a queue
	handled  = "handled"   // by a worker: it believes to have made the effect
	redriven = "redriven"  // by the redriver: an order leaves the dead-letter queue
	done     = "done"      // by the audit: the ledger has it, once for each time
	parked   = "parked"    // by the audit: it lies in the dead-letter queue
	inFlight = "in-flight" // by the audit: it is still in Kafka or in a queue
)

const (
	workers    = 2   // a queue
	partitions = 3   // of the Kafka topic
	busy       = 0.3 // share of the workers' time that the workload takes while all is well
)

// cost is what an order takes of an AWS emulator: it is published, received, written and deleted on two
// branches, and four workers poll.
const cost = 80 * time.Millisecond

var branches = []string{"billing", "shipping"}

// pipeline is the system under every design: they differ in its four settings.
type pipeline struct {
	env *lab.Env

	topic, group string // Kafka
	placed       string // the SNS topic's ARN
	queues       []*queue
	ledger       *ledger
	keys         keeper
	serviceTime  time.Duration // that an order costs a worker
	longPoll     int32         // seconds that a receive waits for a message: 20 is the most that SQS allows
	fetchTime    time.Duration // that the dispatcher waits for an order before it begins again
	visibility   time.Duration // for which a received message is hidden: past it SQS takes the worker for dead

	repairing atomic.Bool // the redriver is at work
}

// options are what the designs differ in.
type options struct {
	deadLetters bool // park a message after maxReceives receives
	keys        bool // recognise an order that comes again
	redrive     bool // an operator repairs and replays what was parked
}

// start brings the pipeline up: first what it stands on, then the services from the far end to the
// intake, so that nothing is accepted before all can be carried out.
func (o options) start(ctx context.Context, env *lab.Env) (*lab.System, error) {
	serviceTime := time.Duration(busy * workers / env.Rate * float64(time.Second))
	idle := env.Idle(250*time.Millisecond, 5*time.Second)
	p := &pipeline{
		env:         env,
		topic:       env.Name("orders"),
		group:       env.Name("dispatchers"),
		ledger:      &ledger{table: env.Name("ledger")},
		serviceTime: serviceTime,
		longPoll:    int32(math.Ceil(4 * idle.Seconds())),
		fetchTime:   8 * idle,
		visibility:  visibilityFor(serviceTime),
	}
	p.keys = forgetful{p}
	if o.keys {
		p.keys = idempotent{p}
	}
	if err := p.create(ctx, o.deadLetters); err != nil {
		return nil, err
	}
	intake, err := p.run(ctx)
	if err != nil {
		return nil, err
	}
	s := &lab.System{Do: client(intake).Do, Backlog: p.backlog, Audit: p.audit}
	if o.redrive {
		s.Repair = p.repair
	}
	return s, nil
}

// visibilityFor returns ten times what a batch takes, in whole seconds as SQS wants it: short enough
// for a dead worker's messages to come back soon, long enough for a slow one not to be taken for dead.
func visibilityFor(serviceTime time.Duration) time.Duration {
	return (10*batch*serviceTime + time.Second - 1).Truncate(time.Second)
}

// create makes topics, queues and table.
func (p *pipeline) create(ctx context.Context, deadLetters bool) error {
	i := p.env.Observer()
	if err := i.CreateTopic(ctx, p.topic, partitions, 1); err != nil {
		return err
	}
	topic, err := i.SNS().CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(p.env.Name("placed"))})
	if err != nil {
		return fmt.Errorf("create topic: %w", err)
	}
	p.placed = *topic.TopicArn
	for _, name := range branches {
		q, err := p.createQueue(ctx, i, name, deadLetters)
		if err != nil {
			return err
		}
		if err := p.subscribe(ctx, i, q); err != nil {
			return err
		}
		p.queues = append(p.queues, q)
	}
	return p.ledger.create(ctx, i)
}

// run starts the instances and returns the intake.
func (p *pipeline) run(ctx context.Context) (*lab.Process, error) {
	for _, q := range p.queues {
		for n := range workers {
			if _, err := p.env.Run(ctx, fmt.Sprintf("%s-%d", q.name, n+1), p.worker(q)); err != nil {
				return nil, err
			}
		}
	}
	if _, err := p.env.Run(ctx, "dispatcher", p.dispatcher); err != nil {
		return nil, err
	}
	return p.env.Run(ctx, "intake", p.intake)
}

// repair is the operator who has found out what was wrong and replays what was parked.
func (p *pipeline) repair(ctx context.Context) error {
	p.repairing.Store(true)
	_, err := p.env.Run(ctx, "redriver", p.redriver)
	return err
}

// backlog returns how many orders are accepted and unfinished: those in Kafka that are not
// dispatched, and those in queues. What is parked is finished, unless it is being replayed.
func (p *pipeline) backlog(ctx context.Context) (int, error) {
	i := p.env.Observer()
	offsets, err := i.GroupOffsets(ctx, p.topic, p.group, partitions)
	if err != nil {
		return 0, err
	}
	sum := 0
	for _, o := range offsets {
		sum += int(o.End - o.Committed)
	}
	for _, q := range p.queues {
		n, err := depth(ctx, i, q)
		if err != nil {
			return 0, err
		}
		sum += n
		if p.repairing.Load() && q.dead != nil {
			if n, err = depth(ctx, i, q.dead); err != nil {
				return 0, err
			}
			sum += n
		}
	}
	return sum, nil
}

// effect records what happened to the order in body on a queue's branch.
func (p *pipeline) effect(name string, q *queue, by string, body []byte) {
	p.record(name, orderID(body), q.name, by)
}

func (p *pipeline) record(name, orderID, branch, by string) {
	p.env.History.Add(history.Event{Kind: history.Effect, Op: orderID, Name: name, Key: branch, By: by})
}
