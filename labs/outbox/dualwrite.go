package outbox

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

// dualWrite writes the row, then the event. A crash in between, or a log that does not answer, leaves an order that
// nobody downstream ever hears of. The other way round leaves an event without its order.
var dualWrite = lab.Design{
	Name:    "dual-write",
	Summary: "the service writes the row, then the event",
	Broken:  true,
	Cost:    20 * time.Millisecond,
	Build: func(b *lab.Builder) {
		s := newShop(b)
		s.open(b, func(ctx context.Context, i *lab.Instance, o order) error {
			record(ctx, i, halfWay, o)
			if err := s.write(ctx, i, o); err != nil {
				return err
			}
			return s.publish(ctx, i, o)
		})
	},
}
