package sweep

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
)

// minPrefix keeps a slip from emptying a shared cluster.
const minPrefix = 4

// Report counts the deleted things by kind.
type Report map[string]int

// String lists the kinds in order: "1 × Kafka topic, 3 × SQS queue".
func (r Report) String() string {
	var parts []string
	for kind, n := range r {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d × %s", n, kind))
		}
	}
	if parts == nil {
		return "nothing"
	}
	sort.Strings(parts)
	return strings.Join(parts, ", ")
}

// List returns everything on the stack whose name begins with prefix, which may be empty: SQS queues, SNS
// topics, DynamoDB tables, Kinesis streams, S3 buckets, rules on EventBridge's default bus, other buses,
// schedules in Scheduler's default group, other groups, Step Functions' state machines and activities, Lambda
// functions, CloudWatch alarms, Kafka topics and groups, Redis keys. It goes on after a failure and returns every
// failure joined. It skips services that the stack does not have.
func List(ctx context.Context, st *stack.Stack, prefix string) ([]Thing, error) {
	var things []Thing
	err := every(ctx, st, "list", func(k kind) (func(), error) {
		found, err := k.list(ctx, prefix)
		return func() {
			for _, t := range found {
				if strings.HasPrefix(t.Name, prefix) {
					t.Kind = k.name
					things = append(things, t)
				}
			}
		}, err
	})
	return things, err
}

// Delete deletes things that [List] returned, buckets with their objects, buses with their rules, groups
// with their schedules and functions with their event source mappings. It goes on after a failure and returns every
// failure joined.
func Delete(ctx context.Context, st *stack.Stack, things []Thing) (Report, error) {
	of := map[string][]Thing{}
	for _, t := range things {
		of[t.Kind] = append(of[t.Kind], t)
	}
	report := Report{}
	err := every(ctx, st, "delete", func(k kind) (func(), error) {
		if len(of[k.name]) == 0 {
			return func() {}, nil
		}
		n, err := k.delete(ctx, of[k.name])
		return func() { report[k.name] = n }, err
	})
	return report, err
}

// Prefix deletes everything on the stack whose name begins with prefix, which has at least 4 characters. It
// goes on after a failure and returns every failure joined.
func Prefix(ctx context.Context, st *stack.Stack, prefix string) (Report, error) {
	if len(prefix) < minPrefix {
		return nil, fmt.Errorf("sweep %q: the prefix is too short to be a run's", prefix)
	}
	things, failed := List(ctx, st, prefix)
	report, err := Delete(ctx, st, things)
	if err := errors.Join(failed, err); err != nil || st.Account == "" {
		return report, err
	}
	return report, again(ctx, st, prefix, report)
}

// settles is how long real AWS may take to list what was just made.
const settles = 2 * time.Second

// again deletes what real AWS did not list at first.
func again(ctx context.Context, st *stack.Stack, prefix string, report Report) error {
	select {
	case <-time.After(settles):
	case <-ctx.Done():
		return ctx.Err()
	}
	things, failed := List(ctx, st, prefix)
	late, err := Delete(ctx, st, things)
	for kind, n := range late {
		report[kind] = max(report[kind], n)
	}
	return errors.Join(failed, err)
}
