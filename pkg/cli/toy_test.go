package cli

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// toy is a lab without dependencies: stores that forget during the fault, or don't.
type toy struct {
	on, injected, reverted, woken atomic.Int32
	whenOn                        func()
}

func (t *toy) store(forgets bool) func(*lab.Builder) {
	return func(b *lab.Builder) {
		b.Client(func(_ context.Context, op load.Op) (string, error) {
			b.Surface.Data.Sent(op.Seq) // whatever its taint: a store accepts everything
			if !forgets || t.on.Load() == 0 {
				b.History.Add(history.Event{Kind: history.Effect, Op: op.ID, Name: "done"})
			}
			return "", nil
		})
	}
}

// keep builds a store that forgets only if its guard is off.
func (t *toy) keep(b *lab.Builder) { t.store(!b.Guarded(lab.Guard{Name: "store"}))(b) }

// amnesia is the toy's fault. It acts, does nothing, acts only in the second run, or can't be injected.
type amnesia struct {
	toy  *toy
	mode string
}

func (a amnesia) Requested() string { return "stores forget" }

func (a amnesia) Inject(context.Context, *fault.Surface) (fault.Injection, error) {
	switch a.mode {
	case "refuses":
		return nil, errors.New("no such store")
	case "wakes":
		if a.toy.woken.Add(1) <= 2 { // in the first run, of two designs
			return amnesia{a.toy, "pretends"}, nil
		}
		a.mode = "acts"
	}
	if a.mode == "acts" {
		a.toy.on.Add(1)
	}
	a.toy.injected.Add(1)
	return a, nil
}

func (a amnesia) Measure(context.Context) (fault.Measurement, error) {
	if a.toy.whenOn != nil {
		a.toy.whenOn()
	}
	return fault.Measurement{Acted: a.toy.on.Load() > 0, Text: "looked"}, nil
}

func (a amnesia) Left(context.Context) (fault.Measurement, error) {
	return fault.Measurement{Acted: a.toy.on.Load() > 0, Text: "looked"}, nil
}

func (a amnesia) Revert(context.Context) error {
	if a.mode == "acts" {
		a.toy.on.Add(-1)
	}
	a.toy.reverted.Add(1)
	return nil
}

// spec returns the lab. Under "wrong" the sound design is expected to break.
func (t *toy) spec() lab.Spec {
	conservation := invariant.Conservation(invariant.Flow{})
	breaks, keeps := lab.Violated(conservation), lab.AllHold
	return lab.Spec{
		Name: "toy", Title: "a store that forgets", Lesson: "What is not stored is lost.", Diagram: "client ─▶ store",
		README:     "# Stores\n",
		Workload:   lab.Workload{Operation: "put", Rate: 500},
		Data:       []fault.Taint{fault.Poisoned, fault.Duplicate},
		Invariants: []invariant.Invariant{conservation},
		Faults: []lab.Fault{
			{Name: "amnesia", Summary: "stores forget", Fault: amnesia{t, "acts"}},
			{Name: "nothing", Summary: "nothing happens", Fault: amnesia{t, "pretends"}},
			{Name: "refused", Summary: "can't be injected", Fault: amnesia{t, "refuses"}},
			{Name: "wakes", Summary: "stores forget in the second run", Fault: amnesia{t, "wakes"}},
			{Name: "wrong", Summary: "stores forget", Fault: amnesia{t, "acts"}},
		},
		Designs: []lab.Design{
			{Name: "forgets", Broken: true, Build: t.store(true)},
			{Name: "keeps", Build: t.keep, Guards: []lab.Guard{
				{Name: "store", Claim: "it stores", Falls: lab.Falls{"amnesia": breaks}},
			}},
		},
		Expect: lab.Expectations{
			"amnesia": {"forgets": breaks, "keeps": keeps},
			"nothing": {"forgets": keeps, "keeps": keeps},
			"refused": {"forgets": keeps, "keeps": keeps},
			"wakes":   {"forgets": breaks, "keeps": keeps},
			"wrong":   {"forgets": breaks, "keeps": breaks},
		},
	}
}
