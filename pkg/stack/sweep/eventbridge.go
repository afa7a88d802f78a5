package sweep

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
)

func eventClient(cfg aws.Config) *eventbridge.Client { return eventbridge.NewFromConfig(cfg) }

// defaultBus is the one that every account has and that can't be deleted.
const defaultBus = "default"

// eventKinds are the rules on the default bus, the other buses with all their rules, and archives.
func eventKinds(c *eventbridge.Client) []kind {
	return []kind{
		{"EventBridge rule", func(ctx context.Context, prefix string) ([]Thing, error) {
			return rules(ctx, c, defaultBus, prefix)
		}, one(func(ctx context.Context, t Thing) error { return deleteRule(ctx, c, defaultBus, t.Name) })},
		{"EventBridge bus", func(ctx context.Context, prefix string) ([]Thing, error) {
			return buses(ctx, c, prefix)
		}, one(func(ctx context.Context, t Thing) error { return deleteBus(ctx, c, t.Name) })},
		{"EventBridge archive", func(ctx context.Context, prefix string) ([]Thing, error) {
			return archives(ctx, c, prefix)
		}, one(func(ctx context.Context, t Thing) error {
			_, err := c.DeleteArchive(ctx, &eventbridge.DeleteArchiveInput{ArchiveName: &t.Name})
			return err
		})},
	}
}

func archives(ctx context.Context, c *eventbridge.Client, prefix string) (found []Thing, err error) {
	in := &eventbridge.ListArchivesInput{Limit: aws.Int32(100), NamePrefix: unlessEmpty(prefix)}
	for {
		out, err := c.ListArchives(ctx, in)
		if err != nil {
			return found, err
		}
		for _, a := range out.Archives {
			found = append(found, Thing{Name: *a.ArchiveName})
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return found, nil
		}
	}
}

func buses(ctx context.Context, c *eventbridge.Client, prefix string) (found []Thing, err error) {
	in := &eventbridge.ListEventBusesInput{Limit: aws.Int32(100), NamePrefix: unlessEmpty(prefix)}
	for {
		out, err := c.ListEventBuses(ctx, in)
		if err != nil {
			return found, err
		}
		for _, b := range out.EventBuses {
			if *b.Name != defaultBus {
				found = append(found, Thing{Name: *b.Name})
			}
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return found, nil
		}
	}
}

func rules(ctx context.Context, c *eventbridge.Client, bus, prefix string) (found []Thing, err error) {
	in := &eventbridge.ListRulesInput{EventBusName: &bus, Limit: aws.Int32(100), NamePrefix: unlessEmpty(prefix)}
	for {
		out, err := c.ListRules(ctx, in)
		if err != nil {
			return found, err
		}
		for _, r := range out.Rules {
			found = append(found, Thing{Name: *r.Name})
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return found, nil
		}
	}
}

// unlessEmpty is the SDK's optional string: EventBridge refuses an empty prefix.
func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func deleteBus(ctx context.Context, c *eventbridge.Client, bus string) error {
	on, err := rules(ctx, c, bus, "")
	if err != nil {
		return err
	}
	if _, err := one(func(ctx context.Context, t Thing) error {
		return deleteRule(ctx, c, bus, t.Name)
	})(ctx, on); err != nil {
		return err
	}
	_, err = c.DeleteEventBus(ctx, &eventbridge.DeleteEventBusInput{Name: &bus})
	return err
}

// deleteRule deletes a rule's targets first: EventBridge deletes no rule that has any.
func deleteRule(ctx context.Context, c *eventbridge.Client, bus, rule string) error {
	targets, err := c.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: &rule, EventBusName: &bus})
	if err != nil {
		return err
	}
	var ids []string
	for _, t := range targets.Targets {
		ids = append(ids, *t.Id)
	}
	if len(ids) > 0 {
		out, err := c.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: &rule, EventBusName: &bus, Ids: ids})
		if err != nil {
			return err
		}
		if out.FailedEntryCount > 0 {
			return errors.New("some targets could not be removed")
		}
	}
	_, err = c.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: &rule, EventBusName: &bus})
	return err
}
