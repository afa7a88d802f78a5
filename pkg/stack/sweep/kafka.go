package sweep

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

// groupWithin is how long the members of a group may take to be gone: a group with members can't
// be deleted, and those of a run that was killed are members until their session times out.
const groupWithin = 10 * time.Second

func kafkaSweepers(addrs []string) []sweeper {
	with := func(do func(context.Context, *kafka.Client, string) (int, error)) func(context.Context, string) (int, error) {
		return func(ctx context.Context, prefix string) (int, error) {
			transport := &kafka.Transport{}
			defer transport.CloseIdleConnections()
			return do(ctx, &kafka.Client{Addr: kafka.TCP(addrs...), Transport: transport}, prefix)
		}
	}
	return []sweeper{{"Kafka topic", with(kafkaTopics)}, {"Kafka group", with(kafkaGroups)}}
}

func kafkaTopics(ctx context.Context, c *kafka.Client, prefix string) (int, error) {
	meta, err := c.Metadata(ctx, &kafka.MetadataRequest{})
	if err != nil {
		return 0, err
	}
	var names []string
	for _, t := range meta.Topics {
		if strings.HasPrefix(t.Name, prefix) {
			names = append(names, t.Name)
		}
	}
	if names == nil {
		return 0, nil
	}
	out, err := c.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: names})
	if err != nil {
		return 0, err
	}
	return each(names, prefix, func(name string) error { return out.Errors[name] })
}

func kafkaGroups(ctx context.Context, c *kafka.Client, prefix string) (int, error) {
	out, err := c.ListGroups(ctx, &kafka.ListGroupsRequest{})
	if err != nil {
		return 0, err
	}
	if out.Error != nil {
		return 0, out.Error
	}
	var names []string
	for _, g := range out.Groups {
		names = append(names, g.GroupID)
	}
	deadline := time.Now().Add(groupWithin)
	return each(names, prefix, func(name string) error { return deleteGroup(ctx, c, name, deadline) })
}

func deleteGroup(ctx context.Context, c *kafka.Client, group string, deadline time.Time) error {
	for {
		// One group a request: kafka-go sends all to the first one's coordinator.
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
