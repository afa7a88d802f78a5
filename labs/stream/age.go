package stream

import (
	"context"
	"errors"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
	"github.com/crashlab/crashlab/pkg/unit"
)

// Two more effects: when a consumer comes and goes.
const (
	up   = "up"   // N is how long a round of its reads takes, in nanoseconds
	down = "down" // it stopped or died
)

// rounds is how many rounds a record waits at most: it comes just after a read, and the next finds others before it.
const rounds = 2

// consumer consumes for one life of a process.
func (p *pipeline) consumer(ctx context.Context, i *lab.Instance) error {
	i.Effect(ctx, history.Event{Name: up, N: int64(p.round)})
	defer i.Effect(context.WithoutCancel(ctx), history.Event{Name: down})
	return part.Loop(p.consume)(ctx, i)
}

// iteratorAge holds if no record waits for its first try longer than the consumers were away and two rounds of reads:
// then nothing but an outage makes the lag grow, and it is at most the arrivals of that time.
var iteratorAge = invariant.Predicted("iterator-age",
	"no record waits longer than "+unit.Many(rounds, "round")+" of reads and the time that a consumer was away",
	invariant.Prediction{
		What: "oldest record at its first try", Unit: " s",
		Measure: func(v *invariant.View) (oldest invariant.Number, err error) {
			err = errors.New("nothing was received")
			tried := map[*history.Operation]bool{}
			for e := range v.Effects(received) {
				if o := v.Op(e); o != nil && !tried[o] {
					tried[o] = true
					oldest.Value, err = max(oldest.Value, (e.At-o.Invoke.At).Seconds()), nil
				}
			}
			return oldest, err
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			var away, round time.Duration // at most
			left := map[string]time.Duration{}
			for e := range v.Effects(up, down) {
				if went, ok := left[e.By]; ok && e.Name == up {
					away = max(away, e.At-went)
				}
				left[e.By], round = e.At, max(round, time.Duration(e.N))
			}
			if round == 0 {
				return invariant.Theory{}, errors.New("no consumer ever came")
			}
			from := unit.Many(rounds, "round") + " of " + unit.Duration(round)
			if away > 0 {
				from += " + " + unit.Duration(away) + " away"
			}
			return invariant.AtMost(invariant.Number{Value: (away + rounds*round).Seconds(), From: from}), nil
		},
	})
