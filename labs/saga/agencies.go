package saga

import (
	"context"
	"sync"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// trip is what a client asks for, the input of an execution, and the detail of an event.
type trip struct {
	ID string `json:"trip"`
}

// outcome is what became of a trip.
type outcome struct {
	ID      string `dynamodbav:"id" key:"hash"`
	Outcome string `dynamodbav:"outcome"` // "booked" or "refused"
}

// The effects of the lab.
const (
	risked   = "risked"   // by an agency that refuses some, where nobody would undo what was booked before: a trip came
	refused  = "refused"  // by an agency: it is sold out for the trip
	booked   = "booked"   // by the audit: an agency's table has a booking, once for each; Key is the agency
	released = "released" // by the audit: it was undone
	settled  = "settled"  // by the audit: the trip has an outcome; Value is which
)

var names = []string{"flight", "hotel", "car"}

// agencies are the system under every design: three agencies with a table each, and the outcomes of trips. The designs
// differ in who tells whom what to do.
type agencies struct {
	all      []*agency // in the order of a trip's steps
	outcomes *part.Table[outcome]

	mu      sync.Mutex
	started map[string]bool // trips
}

func newAgencies(b *lab.Builder) *agencies {
	s := &agencies{outcomes: part.NewTable[outcome](b, "outcomes"), started: map[string]bool{}}
	for _, name := range names {
		s.all = append(s.all, newAgency(b, name))
	}
	b.Backlog(func(ctx context.Context, i *lab.Instance) (int, error) {
		n, err := s.outcomes.Count(ctx, i)
		s.mu.Lock()
		defer s.mu.Unlock()
		return max(0, len(s.started)-n), err
	})
	b.Audit(func(ctx context.Context, i *lab.Instance) error {
		return s.outcomes.Each(ctx, i, func(o outcome) {
			i.Effect(ctx, history.Event{Op: o.ID, Name: settled, Value: o.Outcome})
		})
	})
	return s
}

// open opens the door. An accepted trip has been started, and has no outcome yet.
func (s *agencies) open(b *lab.Builder, start func(ctx context.Context, i *lab.Instance, t trip) error) {
	door := b.Service("trips", func(ctx context.Context, i *lab.Instance) error {
		take := part.Take(func(ctx context.Context, t trip) error {
			if err := start(ctx, i, t); err != nil {
				return err
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.started[t.ID] = true
			return nil
		})
		return part.Serve(ctx, i, map[string]part.Handler{"POST /trips": take})
	})
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		return "", part.Ask(ctx, b.Observer(), door, "POST /trips", trip{op.ID}, nil)
	})
}
