package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/loopback"
)

// groupWithin is how long the members of a group may take to leave. A group with members can't be deleted,
// and the members of a killed run stay until their session times out.
const groupWithin = 10 * time.Second

func kafkaKinds(addrs []string) []kind {
	with := func(do func(*kafka.Client) error) error {
		transport := &kafka.Transport{Dial: loopback.Dial}
		defer transport.CloseIdleConnections()
		return do(&kafka.Client{Addr: kafka.TCP(addrs...), Transport: transport})
	}
	of := func(name string, list func(context.Context, *kafka.Client) ([]Thing, error),
		del func(context.Context, *kafka.Client, []Thing) (int, error)) kind {
		return kind{name, func(ctx context.Context, _ string) (found []Thing, err error) {
			err = with(func(c *kafka.Client) (err error) { found, err = list(ctx, c); return })
			return found, err
		}, func(ctx context.Context, things []Thing) (n int, err error) {
			err = with(func(c *kafka.Client) (err error) { n, err = del(ctx, c, things); return })
			return n, err
		}}
	}
	return []kind{of("Kafka topic", kafkaTopics, deleteTopics), of("Kafka group", kafkaGroups, deleteGroups)}
}

func kafkaTopics(ctx context.Context, c *kafka.Client) (found []Thing, err error) {
	meta, err := c.Metadata(ctx, &kafka.MetadataRequest{})
	if err != nil {
		return nil, err
	}
	for _, t := range meta.Topics {
		if !t.Internal {
			found = append(found, Thing{Name: t.Name})
		}
	}
	return found, nil
}

func deleteTopics(ctx context.Context, c *kafka.Client, things []Thing) (int, error) {
	var names []string
	for _, t := range things {
		names = append(names, t.Name)
	}
	out, err := c.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: names})
	if err != nil {
		return 0, err
	}
	return one(func(_ context.Context, t Thing) error { return out.Errors[t.Name] })(ctx, things)
}

func kafkaGroups(ctx context.Context, c *kafka.Client) (found []Thing, err error) {
	out, err := c.ListGroups(ctx, &kafka.ListGroupsRequest{})
	if err != nil {
		return nil, err
	}
	if out.Error != nil {
		return nil, out.Error
	}
	for _, g := range out.Groups {
		found = append(found, Thing{Name: g.GroupID})
	}
	return found, nil
}

func deleteGroups(ctx context.Context, c *kafka.Client, things []Thing) (int, error) {
	deadline := time.Now().Add(groupWithin)
	return one(func(ctx context.Context, t Thing) error { return deleteGroup(ctx, c, t.Name, deadline) })(ctx, things)
}

func deleteGroup(ctx context.Context, c *kafka.Client, group string, deadline time.Time) error {
	for {
		// One group per request: kafka-go sends all to the first one's coordinator.
		out, err := c.DeleteGroups(ctx, &kafka.DeleteGroupsRequest{GroupIDs: []string{group}})
		if err == nil {
			err = out.Errors[group]
		}
		switch {
		case err == nil, errors.Is(err, kafka.GroupIdNotFound):
			return nil
		case !errors.Is(err, kafka.NonEmptyGroup):
			return err
		case time.Now().After(deadline):
			return fmt.Errorf("its members are still there after %v: %w", groupWithin, err)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
