package dlq

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
)

// commitTime is how long a commit may take.
const commitTime = 2 * time.Second

// dispatcher moves orders from Kafka to SNS, which fans them out to the queues. It commits an
// offset only after SNS has the order: a crash or a lost answer between the two publishes the
// order again (at least once), the other way round it would lose it (at most once).
func (p *pipeline) dispatcher(ctx context.Context, i *lab.Instance) error {
	i.Ready()
	for ctx.Err() == nil {
		if err := p.dispatch(ctx, i); err != nil && ctx.Err() == nil {
			i.Log.Info("the dispatcher begins again", zap.Error(err))
		}
	}
	return nil
}

// dispatch reads with one reader until it fails or has nothing to read for p.fetchTime, since a fetch of
// kafka-go's can hang after a network error.
func (p *pipeline) dispatch(ctx context.Context, i *lab.Instance) error {
	reader := i.KafkaReader(p.topic, p.group)
	defer reader.Close()
	for {
		if err := p.forward(ctx, i, reader); err != nil {
			return err
		}
	}
}

// forward moves one order.
func (p *pipeline) forward(ctx context.Context, i *lab.Instance, reader *kafka.Reader) error {
	fetch, cancel := context.WithTimeout(ctx, p.fetchTime)
	defer cancel()
	m, err := reader.FetchMessage(fetch)
	if err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	// The SDK tries again by itself where an answer is lost: it cannot know that the first try
	// succeeded. So the same order can be published twice.
	_, err = i.SNS().Publish(ctx, &sns.PublishInput{TopicArn: aws.String(p.placed), Message: aws.String(string(m.Value))})
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	commit, cancel := context.WithTimeout(ctx, commitTime)
	defer cancel()
	if err := reader.CommitMessages(commit, m); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
