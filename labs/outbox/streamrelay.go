package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// streamRelay leaves the event out altogether: the table's own change log has it (change data capture). The service
// writes the row and nothing else, and a relay follows DynamoDB Streams from its checkpoint on. Records stay for
// 24 hours: a relay that is down for longer loses them.
var streamRelay = lab.Design{
	Name:    "stream-relay",
	Summary: "the service writes the row; a relay follows the table's change stream",
	Cost:    75 * time.Millisecond,
	Guards:  []lab.Guard{checkpointLast, committedLast, keyedShipments},
	Build: func(b *lab.Builder) {
		s := newShop(b, part.Streamed)
		changes := part.NewChanges(b, s.orders)
		sure := b.Guarded(checkpointLast)
		b.Service("relay", part.Loop(func(ctx context.Context, i *lab.Instance) error {
			return changes.Follow(ctx, i, func(ctx context.Context, id string) error {
				o, _, err := s.orders.Get(ctx, i, id) // rows stay
				if err != nil {
					return err
				}
				if err := s.publish(ctx, i, o); sure && err != nil {
					return err
				}
				return i.CrashPoint(unconfirmed)
			})
		}))
		s.open(b, s.write)
		b.Backlog(func(ctx context.Context, i *lab.Instance) (int, error) {
			rows, failed := s.orders.Count(ctx, i)
			handled, err := changes.Handled(ctx, i)
			return max(0, rows-handled), errors.Join(failed, err)
		})
	},
}
