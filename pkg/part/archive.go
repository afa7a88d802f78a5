package part

import (
	"context"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Archived has the bus keep its events, to be replayed.
func (e *Bus) Archived(b *lab.Builder) {
	b.Prepare("create an archive of the bus", func(ctx context.Context, i *lab.Instance) error {
		out, err := i.EventBridge().CreateArchive(ctx, &eventbridge.CreateArchiveInput{
			ArchiveName: aws.String(archiveName(e.Name)), EventSourceArn: &e.arn,
		})
		if err == nil {
			e.archive = *out.ArchiveArn
		}
		return err
	})
}

// archiveName returns a bus's name, cut to the 48 characters that an archive's may have, so that it still tells two
// buses apart and begins with the run's prefix.
func archiveName(bus string) string {
	return fmt.Sprintf("%.39s-%08x", bus, crc32.ChecksumIEEE([]byte(bus)))
}

// Replay sends the archived events of that time, both ends included, to one queue's rule again. It returns when the
// replay is over.
func (e *Bus) Replay(ctx context.Context, i *lab.Instance, name string, from, to time.Time, queue *Queue) error {
	_, err := i.EventBridge().StartReplay(ctx, &eventbridge.StartReplayInput{
		ReplayName: &name, EventSourceArn: &e.archive, EventStartTime: &from, EventEndTime: &to,
		Destination: &types.ReplayDestination{Arn: &e.arn, FilterArns: []string{e.rules[queue.Name]}},
	})
	if err != nil {
		return during(err, "start replay %s", name)
	}
	return lab.Poll(ctx, "replay "+name+" is over", func(ctx context.Context) (bool, error) {
		out, err := i.EventBridge().DescribeReplay(ctx, &eventbridge.DescribeReplayInput{ReplayName: &name})
		return err == nil && out.State == types.ReplayStateCompleted, err
	})
}
