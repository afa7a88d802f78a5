package saga

import (
	"context"
	"errors"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// choreography has no one who knows the whole trip: each agency hears of what others did and tells what it did itself.
//
//	trip-requested ─▶ flight ─ flight-booked ─▶ hotel ─ hotel-booked ─▶ car ─ car-booked ─▶ trips
//	trips ◀─ flight-released ─ flight ◀─ hotel-released or hotel-refused ─ hotel ◀─ car-refused
var choreography = lab.Design{
	Name:    "choreography",
	Summary: "each agency acts on the event of the one before, and tells the next",
	Cost:    120 * time.Millisecond,
	Guards:  []lab.Guard{compensation, tripKey, deletedLast, toldAgain},
	Build: func(b *lab.Builder) {
		s := newAgencies(b)
		c := &choreographer{
			agencies: s, bus: part.NewBus(b, "trips", "trips"),
			compensates: b.Guarded(compensation), tellsAgain: b.Guarded(toldAgain),
		}
		last := len(s.all) - 1
		for n, a := range s.all {
			hears := []string{requested}
			if n > 0 {
				hears[0] = s.all[n-1].name + "-booked"
			}
			if n < last {
				hears = append(hears, s.all[n+1].name+"-refused", s.all[n+1].name+"-released")
			}
			c.service(b, a.name, hears, func(ctx context.Context, i *lab.Instance, kind string, t trip) error {
				if kind == hears[0] {
					return c.book(ctx, i, a, t)
				}
				return c.undo(ctx, i, a, t)
			})
		}
		ends := []string{s.all[last].name + "-booked", s.all[0].name + "-refused", s.all[0].name + "-released"}
		c.service(b, "outcome", ends, func(ctx context.Context, i *lab.Instance, kind string, t trip) error {
			o := outcome{t.ID, "refused"}
			if kind == ends[0] {
				o.Outcome = "booked"
			}
			return s.outcomes.Put(ctx, i, o)
		})
		s.open(b, func(ctx context.Context, i *lab.Instance, t trip) error { return c.tell(ctx, i, requested, t) })
	},
}

const requested = "trip-requested"

// choreographer is the bus that agencies talk over.
type choreographer struct {
	*agencies
	bus         *part.Bus
	compensates bool
	tellsAgain  bool // of a booking that is there already
}

// service declares a service that gets the events of some types.
func (c *choreographer) service(b *lab.Builder, name string, types []string,
	handle func(ctx context.Context, i *lab.Instance, kind string, t trip) error) {
	q := part.NewQueue(b, name, 2*time.Second, 0)
	c.bus.Rule(b, string(part.Encode(map[string][]string{"detail-type": types})), q, nil)
	b.Service(name, part.Consumer{Queue: q, Batch: 10, AtMostOnce: !b.Guarded(deletedLast),
		Handle: func(ctx context.Context, i *lab.Instance, message []byte) error {
			e := part.Decode[part.Event[trip]](message)
			return handle(ctx, i, e.Type, e.Detail)
		}}.Run)
	b.Backlog(q.Depth)
}

func (c *choreographer) tell(ctx context.Context, i *lab.Instance, kind string, t trip) error {
	return c.bus.Put(ctx, i, kind, i.Clock().Now(), part.Encode(t))
}

// book books and tells so, of a booking that is there already as well: the one who made it may have died before.
func (c *choreographer) book(ctx context.Context, i *lab.Instance, a *agency, t trip) error {
	again, err := a.book(ctx, i, t.ID)
	switch {
	case errors.Is(err, errSoldOut):
		return c.tell(ctx, i, a.name+"-refused", t)
	case err != nil:
		return err
	case again && !c.tellsAgain:
		return nil
	}
	return c.tell(ctx, i, a.name+"-booked", t)
}

func (c *choreographer) undo(ctx context.Context, i *lab.Instance, a *agency, t trip) error {
	if c.compensates {
		if err := a.release(ctx, i, t.ID); err != nil {
			return err
		}
	}
	return c.tell(ctx, i, a.name+"-released", t)
}
