package run

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/load"
)

// account fills in the result from the history, for a case that is not judged.
func (x *experiment) account(context.Context) error {
	x.result.account(invariant.NewView(x.rec.Snapshot()))
	return nil
}

// account fills in what the history says about the load: how its operations ended and when, the backlog, and
// the times of the fault. There is no other source.
func (c *Case) account(v *invariant.View) {
	ops := v.Ops("")
	sum := load.Sum(ops)
	c.Operations = operations(sum)
	c.Phases = Phases{Before: operations(load.Sum(ops.In(v.Before())))}
	if v.Faulty {
		c.Phases.During, c.Phases.After = operations(load.Sum(ops.In(v.During()))), operations(load.Sum(ops.In(v.After())))
	}
	c.Latency = Latency{
		P50: milliseconds(sum.Percentile(50)), P99: milliseconds(sum.Percentile(99)), Max: milliseconds(sum.Max()),
		Behind: milliseconds(sum.Behind),
	}
	c.Timeline = Timeline{LoadEnd: seconds(v.Load.To)}
	if v.Faulty {
		c.Timeline.From, c.Timeline.To = seconds(v.Fault.From), seconds(v.Fault.To)
	}
	for i := range v.History {
		switch e := &v.History[i]; {
		case e.Kind != history.Mark:
		case e.Name == history.Backlog:
			c.Timeline.Backlog = append(c.Timeline.Backlog, Sample{At: seconds(e.At), N: int(e.N)})
		case e.Name == history.Echo:
			c.Latency.Echo = milliseconds(time.Duration(e.N))
		case e.Name == history.Drained:
			c.Timeline.End = seconds(e.At)
		}
	}
}

func operations(r *load.Result) Operations {
	return Operations{Total: r.Total, OK: r.OK, Failed: r.Failed, Unknown: r.Unknown}
}

// sample records the backlog.
func (x *experiment) sample(n int) {
	x.rec.Add(history.Event{Kind: history.Mark, Name: history.Backlog, N: int64(n)})
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond)) / float64(time.Millisecond)
}

func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }
