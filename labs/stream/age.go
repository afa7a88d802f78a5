package stream

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
	"github.com/crashlab/crashlab/pkg/unit"
)

// More effects: when a consumer comes and goes, and its pace.
const (
	up    = "up"
	down  = "down"  // it stopped or died
	round = "round" // of reads: N is how long it takes, in nanoseconds
	again = "again" // a further try of a record: N is how long it takes at most, in nanoseconds
)

// rounds is how many rounds a record waits at most: it comes just after a read, and the next finds others before it.
const rounds = 2

// consumer consumes for one life of a process.
func (p *pipeline) consumer(ctx context.Context, i *lab.Instance) error {
	i.Effect(ctx, history.Event{Name: up})
	i.Effect(ctx, history.Event{Name: round, N: int64(p.round)})
	i.Effect(ctx, history.Event{Name: again, N: int64(retryWait + p.serviceTime)})
	defer i.Effect(context.WithoutCancel(ctx), history.Event{Name: down})
	return part.Loop(p.consume)(ctx, i)
}

// iteratorAge holds if no record waits for its first try longer than two rounds of reads, while other records of its
// shard are tried again, and while a consumer is away. So nothing but that makes the lag grow.
var iteratorAge = invariant.Predicted("iterator-age",
	"no record waits longer than "+unit.Many(rounds, "round")+" of reads, others' tries, and a consumer's absence",
	invariant.Prediction{
		What: "latest first try of a record, after", Unit: " s",
		Measure: func(v *invariant.View) (invariant.Number, error) {
			late, err := latest(v)
			return invariant.Number{Value: late.age.Seconds()}, err
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			late, err := latest(v)
			return invariant.AtMost(late.allowed()), err
		},
	})

// wait is how long a record waited for its first try, and what for.
type wait struct {
	age   time.Duration
	away  time.Duration // the longest absence of a consumer
	round time.Duration
	again time.Duration // a further try of another record
	tries int           // of those in its shard, while it waited
}

func (w wait) allowed() invariant.Number {
	n := invariant.Number{
		Value: (rounds*w.round + time.Duration(w.tries)*w.again + w.away).Seconds(),
		From:  unit.Many(rounds, "round") + " of " + unit.Duration(w.round),
	}
	if w.tries > 0 {
		n.From += " + " + unit.Many(w.tries, "further try", "further tries") + " of " + unit.Duration(w.again)
	}
	if w.away > 0 {
		n.From += " + " + unit.Duration(w.away) + " away"
	}
	return n
}

// latest returns the wait that took the largest part of what is allowed.
func latest(v *invariant.View) (most wait, err error) {
	var pace wait
	left := map[string]time.Duration{}
	for e := range v.Effects(up, down, round, again) {
		switch e.Name {
		case round:
			pace.round = time.Duration(e.N)
		case again:
			pace.again = time.Duration(e.N)
		case up:
			if went, ok := left[e.By]; ok {
				pace.away = max(pace.away, e.At-went)
			}
		case down:
			left[e.By] = e.At
		}
	}
	if pace.round == 0 {
		return most, errors.New("no consumer ever came")
	}
	share, tried, repeats := 0.0, map[*history.Operation]bool{}, map[string][]time.Duration{}
	for e := range v.Effects(received) {
		o := v.Op(e)
		switch {
		case o == nil:
		case tried[o]:
			repeats[e.Key] = append(repeats[e.Key], e.At)
		default:
			tried[o] = true
			w, times := pace, repeats[e.Key]
			since, _ := slices.BinarySearch(times, o.Invoke.At)
			w.age, w.tries = e.At-o.Invoke.At, len(times)-since
			if s := w.age.Seconds() / w.allowed().Value; s > share {
				most, share = w, s
			}
		}
	}
	if share == 0 {
		return most, errors.New("nothing was received")
	}
	return most, nil
}
