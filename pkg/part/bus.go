package part

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Bus is an EventBridge event bus with rules that send to queues.
type Bus struct {
	Name string // on the stack
	// Unchecked takes PutEvents's answer of 200 for success, although it can say that the event was not taken.
	Unchecked bool

	source  string            // of its events
	archive string            // its ARN; empty without one
	arn     string            // once it is created
	rules   map[string]string // ARNs by queue
}

// NewBus declares a bus for events of that source.
func NewBus(b *lab.Builder, name, source string) *Bus {
	e := &Bus{Name: b.Name(name), source: source, rules: map[string]string{}}
	b.Prepare("create bus "+name, func(ctx context.Context, i *lab.Instance) error {
		out, err := i.EventBridge().CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: &e.Name})
		if err == nil {
			e.arn = *out.EventBusArn
		}
		return err
	})
	return e
}

// Rule declares a rule: events that match the pattern go to a queue, and those that it does not take to another in the
// end, or, if dead is nil, nowhere. Options change the target, for example to give it a retry policy.
func (e *Bus) Rule(b *lab.Builder, pattern string, to, dead *Queue, options ...func(*types.Target)) {
	b.Prepare("create rule "+to.Name, func(ctx context.Context, i *lab.Instance) error {
		name := b.Name(to.Name)
		rule, err := i.EventBridge().PutRule(ctx, &eventbridge.PutRuleInput{
			Name: &name, EventBusName: &e.Name, EventPattern: &pattern,
		})
		if err != nil {
			return err
		}
		e.rules[to.Name] = *rule.RuleArn
		target := types.Target{Id: aws.String(to.Name), Arn: &to.arn}
		if dead != nil {
			target.DeadLetterConfig = &types.DeadLetterConfig{Arn: &dead.arn}
			if err := dead.allow(ctx, i, *rule.RuleArn); err != nil {
				return err
			}
		}
		for _, o := range options {
			o(&target)
		}
		put, err := i.EventBridge().PutTargets(ctx, &eventbridge.PutTargetsInput{
			Rule: &name, EventBusName: &e.Name, Targets: []types.Target{target},
		})
		if err == nil && put.FailedEntryCount > 0 {
			err = fmt.Errorf("target %s: %s", to.Name, aws.ToString(put.FailedEntries[0].ErrorMessage))
		}
		if err != nil {
			return err
		}
		return to.allow(ctx, i, *rule.RuleArn)
	})
}

// Retries is an option of [Bus.Rule]: a delivery is tried again at most that often, and not when that much time has
// passed since the first try. EventBridge's own defaults are 185 and 24 hours.
func Retries(most int32, age time.Duration) func(*types.Target) {
	return func(t *types.Target) {
		t.RetryPolicy = &types.RetryPolicy{
			MaximumRetryAttempts: &most, MaximumEventAgeInSeconds: aws.Int32(int32(age.Seconds())),
		}
	}
}

// allow lets a rule send to the queue: without a policy AWS refuses.
func (q *Queue) allow(ctx context.Context, i *lab.Instance, rule string) error {
	policy, _ := json.Marshal(map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect": "Allow", "Principal": map[string]string{"Service": "events.amazonaws.com"},
			"Action": "sqs:SendMessage", "Resource": q.arn,
			"Condition": map[string]any{"ArnEquals": map[string]string{"aws:SourceArn": rule}},
		}},
	})
	_, err := i.SQS().SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{
		QueueUrl: &q.URL, Attributes: map[string]string{"Policy": string(policy)},
	})
	return during(err, "let rule %s send to queue %s", rule, q.Name)
}

// Event is an event as a rule's target gets it.
type Event[T any] struct {
	ID     string    `json:"id"`
	Type   string    `json:"detail-type"`
	Time   time.Time `json:"time"` // in whole seconds
	Replay string    `json:"replay-name"`
	Detail T         `json:"detail"`
}

// Put puts an event on the bus and returns an error if the bus did not take it. The SDK retries after a lost answer,
// which can make a duplicate, with an ID of its own.
func (e *Bus) Put(ctx context.Context, i *lab.Instance, kind string, at time.Time, detail []byte) error {
	out, err := i.EventBridge().PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: &e.Name, Source: &e.source, DetailType: &kind, Time: &at, Detail: aws.String(string(detail)),
	}}})
	if err == nil && out.FailedEntryCount > 0 && !e.Unchecked {
		err = fmt.Errorf("%s: %s", aws.ToString(out.Entries[0].ErrorCode), aws.ToString(out.Entries[0].ErrorMessage))
	}
	return during(err, "put an event on the bus")
}
