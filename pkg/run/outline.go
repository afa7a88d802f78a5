package run

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/load"
)

// Outline is what a run is going to do, as far as it follows from the configuration: the schedule and the traffic.
// Its JSON form is the output of `run --plan --json`. Times are in seconds since the start of the load.
type Outline struct {
	Lab        string      `json:"lab"`
	Fault      string      `json:"fault"`
	Seed       uint64      `json:"seed"`
	Rate       float64     `json:"rate"`
	Duration   float64     `json:"duration"`
	Arrivals   string      `json:"arrivals"`
	Schedule   []Planned   `json:"schedule"`
	Operations []Operation `json:"operations"`
}

// Planned is one fault and its time.
type Planned struct {
	From      float64 `json:"from"`
	To        float64 `json:"to"`
	Requested string  `json:"requested"`
}

// Operation is one operation of the workload.
type Operation struct {
	At       float64 `json:"at"` // when it is due
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Key      string  `json:"key"`
	ReadOnly bool    `json:"read_only,omitempty"`
	Taint    string  `json:"taint,omitempty"` // a data fault's change to it
}

// Plan returns the outline of a run, by the plan that [Run] carries out. It starts nothing; of the stack it only
// needs to know the backend. It fails as Run does if there is no such plan.
func Plan(cfg Config) (*Outline, error) {
	plan, err := newPlan(cfg)
	if err != nil {
		return nil, err
	}
	o := &Outline{
		Lab: cfg.Lab.Name, Fault: cfg.Fault.Name, Seed: cfg.Seed, Rate: plan.Load.Rate,
		Duration: seconds(plan.Load.Duration), Arrivals: string(plan.Load.Arrivals),
	}
	for _, w := range plan.Faults {
		o.Schedule = append(o.Schedule, Planned{seconds(w.From), seconds(w.To), w.Fault.Requested()})
	}
	taints := tainting{schedule: plan.Faults, data: fault.NewData(cfg.Seed), active: map[int]fault.Injection{}}
	for op := range plan.Load.Sent(plan.switched) {
		taint, err := taints.of(op)
		if err != nil {
			return nil, err
		}
		o.Operations = append(o.Operations, Operation{
			At: op.At.Round(time.Microsecond).Seconds(), ID: op.ID, Name: op.Name, Key: op.Key, ReadOnly: op.ReadOnly,
			Taint: string(taint),
		})
	}
	return o, nil
}

// switched reports whether a fault of the schedule has the switch of that name on.
func (p plan) switched(name string, at time.Duration) bool {
	for _, w := range p.Faults {
		if s, ok := w.Fault.(fault.Switch); ok && s.Name == name && w.From <= at && at < w.To {
			return true
		}
	}
	return false
}

// tainting carries out the data faults of a schedule on a workload.
type tainting struct {
	schedule fault.Schedule
	data     *fault.Data
	active   map[int]fault.Injection // by their place in the schedule
}

// of returns the taint of the next operation.
func (t tainting) of(op load.Op) (fault.Taint, error) {
	for n, w := range t.schedule {
		if _, ok := w.Fault.(fault.OnData); !ok {
			continue
		}
		injection, on := t.active[n]
		switch due := w.From <= op.At && op.At < w.To; {
		case due && !on:
			injected, err := w.Fault.Inject(context.Background(), &fault.Surface{Data: t.data})
			if err != nil {
				return "", err
			}
			t.active[n] = injected
		case !due && on:
			if err := injection.Revert(context.Background()); err != nil {
				return "", err
			}
			delete(t.active, n)
		}
	}
	return t.data.Decide(op.Seq), nil
}
