package stream

import (
	"context"

	"github.com/crashlab/crashlab/pkg/history"
)

// audit records what became of every movement, from the dependencies alone: in an account's journal,
// and where there, parked, or still unread. It runs when no instance does.
func (p *pipeline) audit(ctx context.Context) error {
	i := p.env.Observer()
	record := func(name string) func(body []byte) {
		return func(body []byte) {
			id, _ := route(body)
			p.env.History.Add(history.Event{Kind: history.Effect, Op: id, Name: name, By: "audit"})
		}
	}
	err := p.accounts.each(ctx, i, func(id string) {
		p.env.History.Add(history.Event{Kind: history.Effect, Op: id, Name: done, By: "audit"})
	})
	if err != nil {
		return err
	}
	if err := p.lot.each(ctx, i, record(parked)); err != nil {
		return err
	}
	return p.log.unread(ctx, i, record(inFlight))
}
