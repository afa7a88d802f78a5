package eventbus

import (
	"context"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

// redrive returns what an operator does with a dead-letter queue: everything goes to billing's queue, and leaves the
// dead-letter queue only then.
func (s *shop) redrive(b *lab.Builder) func(context.Context) error {
	return func(ctx context.Context) error {
		i := b.Observer()
		for s.dead != nil {
			messages, err := s.dead.Receive(ctx, i, 10)
			if err != nil || len(messages) == 0 {
				return err
			}
			for _, m := range messages {
				if err := s.consumers[0].queue.Send(ctx, i, []byte(*m.Body)); err != nil {
					return err
				}
				if err := s.dead.Delete(ctx, i, m); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// replay returns what an operator does with an archive. It compares billing with analytics, which gets every order: the
// window is from the first order that billing lacks to the last. All that the bus has of that time comes again, what
// billing has included.
func (s *shop) replay(b *lab.Builder) func(context.Context) error {
	return func(ctx context.Context) error {
		i := b.Observer()
		billed := map[string]bool{}
		if err := s.consumers[0].table.Each(ctx, i, func(r row) { billed[r.Order] = true }); err != nil {
			return err
		}
		var from, to int64
		lacking := 0
		err := s.consumers[2].table.Each(ctx, i, func(r row) {
			if billed[r.Order] {
				return
			}
			if lacking++; lacking == 1 {
				from = r.At
			}
			from, to = min(from, r.At), max(to, r.At+1) // a window has a length
		})
		if err != nil || lacking == 0 {
			return err
		}
		i.Effect(ctx, history.Event{Name: window, N: from, Value: fmt.Sprintf("%ds", to-from)})
		return s.bus.Replay(ctx, i, b.Name("incident"), time.Unix(from, 0), time.Unix(to, 0), s.consumers[0].queue)
	}
}
