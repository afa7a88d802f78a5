package sweep

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
)

func eventClient(cfg aws.Config) *eventbridge.Client { return eventbridge.NewFromConfig(cfg) }

// rulesAndBuses deletes the rules that bear the prefix on the default bus, and the buses that bear
// it with all their rules.
func rulesAndBuses(ctx context.Context, c *eventbridge.Client, prefix string) (int, error) {
	n, err := rules(ctx, c, "default", prefix)
	if err != nil {
		return n, err
	}
	out, err := c.ListEventBuses(ctx, &eventbridge.ListEventBusesInput{NamePrefix: &prefix, Limit: aws.Int32(100)})
	if err != nil {
		return n, err
	}
	var names []string
	for _, b := range out.EventBuses {
		names = append(names, *b.Name)
	}
	deleted, err := each(names, prefix, func(name string) error {
		if _, err := rules(ctx, c, name, ""); err != nil {
			return err
		}
		_, err := c.DeleteEventBus(ctx, &eventbridge.DeleteEventBusInput{Name: &name})
		return err
	})
	return n + deleted, err
}

// rules deletes the rules of a bus that bear the prefix; their targets have to go first.
func rules(ctx context.Context, c *eventbridge.Client, bus, prefix string) (int, error) {
	in := &eventbridge.ListRulesInput{EventBusName: &bus, Limit: aws.Int32(100)}
	if prefix != "" {
		in.NamePrefix = &prefix
	}
	var names []string
	for {
		out, err := c.ListRules(ctx, in)
		if err != nil {
			return 0, err
		}
		for _, r := range out.Rules {
			names = append(names, *r.Name)
		}
		if out.NextToken == nil {
			break
		}
		in.NextToken = out.NextToken
	}
	return each(names, prefix, func(name string) error {
		targets, err := c.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: &name, EventBusName: &bus})
		if err != nil {
			return err
		}
		var ids []string
		for _, t := range targets.Targets {
			ids = append(ids, *t.Id)
		}
		if len(ids) > 0 {
			out, err := c.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: &name, EventBusName: &bus, Ids: ids})
			if err != nil {
				return err
			}
			if out.FailedEntryCount > 0 {
				return errors.New("some targets could not be removed")
			}
		}
		_, err = c.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: &name, EventBusName: &bus})
		return err
	})
}
