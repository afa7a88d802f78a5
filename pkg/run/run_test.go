package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
)

var st *stack.Stack

func TestMain(m *testing.M) {
	ctx := context.Background()
	var err error
	if st, err = embedded.Start(ctx, stack.Needs{}, zap.NewNop()); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := st.Close(ctx); err != nil {
		panic(err)
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			panic(err)
		}
	}
	os.Exit(code)
}

// store is a system without dependencies: it remembers what it was given, unless a fault makes it forget.
type store struct {
	forgets atomic.Bool
	rec     *history.Recorder
	backlog atomic.Int64
}

func (s *store) put(_ context.Context, op load.Op) (string, error) {
	if !s.forgets.Load() {
		s.rec.Add(history.Event{Kind: history.Effect, Op: op.ID, Name: "done"})
	}
	return "", nil
}

// amnesia is a fault for stores: it acts, or only pretends to.
type amnesia struct {
	on       *atomic.Pointer[store]
	does     func(*store, bool)
	reverted *atomic.Int32
	measure  func(context.Context) (fault.Measurement, error)
}

func (amnesia) Requested() string { return "the store forgets" }

func (a amnesia) Inject(context.Context, *fault.Surface) (fault.Injection, error) {
	a.does(a.on.Load(), true)
	return a, nil
}

func (a amnesia) Measure(ctx context.Context) (fault.Measurement, error) {
	if a.measure != nil {
		return a.measure(ctx)
	}
	return fault.Measurement{Acted: a.on.Load().forgets.Load(), Text: "looked"}, nil
}

func (a amnesia) Left(context.Context) (fault.Measurement, error) {
	return fault.Measurement{Acted: a.on.Load().forgets.Load(), Text: "looked"}, nil
}

func (a amnesia) Revert(context.Context) error {
	a.reverted.Add(1)
	a.does(a.on.Load(), false)
	return nil
}

var conservation = invariant.Conservation(invariant.Flow{})

// experimentOn returns a run of one design that is expected to lose data.
func experimentOn(a amnesia, backlog func(*store) int, onPut ...func(*store)) Config {
	a.on = &atomic.Pointer[store]{}
	if a.does == nil {
		a.does = func(s *store, on bool) { s.forgets.Store(on) }
	}
	if a.reverted == nil {
		a.reverted = &atomic.Int32{}
	}
	design := lab.Design{
		Name: "store",
		Build: func(b *lab.Builder) {
			s := &store{rec: b.History}
			a.on.Store(s)
			b.Client(func(ctx context.Context, op load.Op) (string, error) {
				for _, f := range onPut {
					if !op.Canary {
						f(s)
					}
				}
				return s.put(ctx, op)
			})
			if backlog != nil {
				b.Backlog(func(context.Context, *lab.Instance) (int, error) { return backlog(s), nil })
			}
		},
	}
	return Config{
		Lab: lab.Spec{
			Name:       "store",
			Workload:   lab.Workload{Operation: "put", Rate: 500},
			Invariants: []invariant.Invariant{conservation},
			Expect:     lab.Expectations{"amnesia": {"store": lab.Violated(conservation), "other": lab.AllHold}},
		},
		Designs: []lab.Design{design}, Fault: lab.Fault{Name: "amnesia", Fault: a}, Stack: st,
		Duration: 200 * time.Millisecond,
	}
}

// also makes the first design declare more.
func also(cfg *Config, more func(b *lab.Builder)) {
	build := cfg.Designs[0].Build
	cfg.Designs[0].Build = func(b *lab.Builder) {
		build(b)
		more(b)
	}
}

func mustRun(t *testing.T, cfg Config) *Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	r, err := Run(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func want(t *testing.T, r *Result, v Verdict, reason string) {
	t.Helper()
	if r.Verdict != v || !strings.Contains(r.Cases[0].Reason.Text, reason) {
		t.Errorf("verdict %s because %q; want %s because of %q; %+v", r.Verdict, r.Cases[0].Reason, v, reason,
			r.Cases[0].Invariants)
	}
}

func TestPassesIfTheBrokenDesignBreaksAsPredicted(t *testing.T) {
	reverted := &atomic.Int32{}
	r := mustRun(t, experimentOn(amnesia{reverted: reverted}, nil))
	want(t, r, Pass, "")
	c := r.Cases[0]
	if c.Fault.State != Installed || c.Operations.Total != 100 || c.Operations.OK != 100 || !c.Fault.Healthy {
		t.Errorf("%+v %+v", c.Fault, c.Operations)
	}
	if len(c.Invariants[0].Ops) == 0 {
		t.Error("the lost operations are not named")
	}
	if reverted.Load() == 0 {
		t.Error("the fault was not reverted")
	}
}

// A history that is dropped has been judged first.
func TestHistoriesAreDroppedAfterTheirJudgment(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	kept := mustRun(t, cfg)
	cfg.Forget = true
	forgotten := mustRun(t, cfg)
	want(t, forgotten, Pass, "")
	if len(kept.Cases[0].History) == 0 || len(forgotten.Cases[0].History) != 0 {
		t.Errorf("%d events kept and %d after all was to be forgotten", len(kept.Cases[0].History),
			len(forgotten.Cases[0].History))
	}
}

func TestFailsIfItDoesNot(t *testing.T) {
	a := amnesia{
		does: func(*store, bool) {}, measure: func(context.Context) (fault.Measurement, error) {
			return fault.Measurement{Acted: true}, nil
		},
	}
	cfg := experimentOn(a, nil)
	cfg.Duration = 2 * time.Second
	r, err := Again(5, func() (*Result, error) { return mustRun(t, cfg), nil })
	if err != nil {
		t.Fatal(err)
	}
	want(t, r, Fail, "conservation: expected violated, got holds")
}

// An injector that does nothing must not lead to a pass, even if all invariants are as expected.
func TestFaultThatDoesNothingIsUnknown(t *testing.T) {
	cfg := experimentOn(amnesia{does: func(*store, bool) {}}, nil)
	cfg.Lab.Expect["amnesia"]["store"] = lab.AllHold
	r := mustRun(t, cfg)
	want(t, r, Unknown, "the fault was not seen to act")
	if r.Cases[0].Fault.State != Indeterminate {
		t.Errorf("state %q", r.Cases[0].Fault.State)
	}
}

// A fault whose revert does nothing, or that ends by itself, proves nothing either.
func TestAFaultIsMeasuredAtItsEndAndAfterItsRevert(t *testing.T) {
	never := experimentOn(amnesia{does: func(s *store, on bool) { s.forgets.Store(true) }}, nil)
	r := mustRun(t, never)
	want(t, r, Unknown, "the fault was not-reverted: looked")
	if f := r.Cases[0].Fault; f.State != NotReverted || f.Reverted != "looked" {
		t.Errorf("%+v", f)
	}
	ends := experimentOn(amnesia{does: func(s *store, on bool) {
		s.forgets.Store(on)
		if on {
			time.AfterFunc(20*time.Millisecond, func() { s.forgets.Store(false) })
		}
	}}, nil)
	ends.Duration = 400 * time.Millisecond
	r = mustRun(t, ends)
	want(t, r, Unknown, "the fault was not seen to act until its end: looked")
	if f := r.Cases[0].Fault; f.State != Indeterminate || f.Early != "looked" {
		t.Errorf("%+v", f)
	}
}

// Without a fault every design must hold.
func TestWithoutAFault(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	cfg.Lab.Designs, cfg.Fault = cfg.Designs, lab.NoFault
	r := mustRun(t, cfg)
	want(t, r, Pass, "")
	if f := r.Cases[0].Fault; f.State != NoFault || f.Measured != "" {
		t.Errorf("%+v", f)
	}
}

func TestFaultThatCannotBeMeasuredIsUnknown(t *testing.T) {
	a := amnesia{measure: func(context.Context) (fault.Measurement, error) {
		return fault.Measurement{Acted: true}, errors.New("no gauge")
	}}
	want(t, mustRun(t, experimentOn(a, nil)), Unknown, "the fault was not seen to act")
}

func TestMeasurementThatHangsEndsWithTheFault(t *testing.T) {
	a := amnesia{measure: func(ctx context.Context) (fault.Measurement, error) {
		<-ctx.Done()
		return fault.Measurement{}, ctx.Err()
	}}
	want(t, mustRun(t, experimentOn(a, nil)), Unknown, "the fault was not seen to act")
}

// A workload that does nothing proves nothing.
func TestWorkloadThatDoesNothingIsUnknown(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	cfg.Rate = 1
	cfg.Duration = 100 * time.Millisecond
	want(t, mustRun(t, cfg), Unknown, "there were no operations")
}

func TestWorkloadWithoutSuccessIsUnknown(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	also(&cfg, func(b *lab.Builder) {
		b.Client(func(_ context.Context, op load.Op) (string, error) {
			if !op.Canary {
				return "", errors.New("no")
			}
			return "", nil
		})
	})
	want(t, mustRun(t, cfg), Unknown, "no operation succeeded")
}

func TestCancelInTheMiddleOfTheFaultReverts(t *testing.T) {
	reverted := &atomic.Int32{}
	ctx, cancel := context.WithCancel(context.Background())
	a := amnesia{reverted: reverted, measure: func(context.Context) (fault.Measurement, error) {
		cancel()
		return fault.Measurement{Acted: true}, nil
	}}
	_, err := Run(ctx, experimentOn(a, nil))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	if reverted.Load() == 0 {
		t.Error("the fault was not reverted")
	}
}

func TestStartThatFailsIsAnErrorAndCleansUp(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	stopped := make(chan struct{})
	broken := errors.New("no table")
	also(&cfg, func(b *lab.Builder) {
		b.Service("half", func(ctx context.Context, i *lab.Instance) error {
			i.Ready()
			<-ctx.Done()
			close(stopped)
			return nil
		})
		b.Prepare("create table", func(context.Context, *lab.Instance) error { return broken })
	})
	if _, err := Run(context.Background(), cfg); !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
	select {
	case <-stopped:
	default:
		t.Error("what had started still runs")
	}
}

func TestADesignWithoutAClientIsAnError(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	for n := range cfg.Designs {
		cfg.Designs[n].Build = func(*lab.Builder) {}
	}
	if _, err := Run(context.Background(), cfg); err == nil || !strings.Contains(err.Error(), "declares no client") {
		t.Errorf("%v", err)
	}
}

func TestDrainGivesUpIfTheBacklogNoLongerFalls(t *testing.T) {
	r := mustRun(t,
		experimentOn(amnesia{}, func(s *store) int { return int(s.backlog.Load()) }, func(s *store) { s.backlog.Store(5) }))
	want(t, r, Pass, "")
	if tl := r.Cases[0].Timeline; tl.End < tl.LoadEnd+0.9 {
		t.Errorf("gave up after %.2f s; a backlog gets at least a second to fall", tl.End-tl.LoadEnd)
	}
}

func TestPlanIsTheSameForTheSameSeed(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	cfg.Seed = 42
	plan := func(cfg Config) string {
		p, err := newPlan(cfg)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintln(p.Faults)
		for op := range p.Load.Ops() {
			text += fmt.Sprintln(op.ID, op.At, op.Key)
		}
		return text
	}
	if once, again := plan(cfg), plan(cfg); once != again {
		t.Error("two plans of one seed differ")
	}
	other := cfg
	other.Seed = 43
	if plan(cfg) == plan(other) {
		t.Error("the seed does nothing")
	}
}

// A user's own schedule is carried out, and gets no invented verdict.
func TestScheduleOfTheUsersOwn(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	cfg.Lab.Data = fault.Taints()
	cfg.Fault, cfg.Schedule = lab.Fault{Name: "mine"}, "poison=10@50ms..100ms; duplicate=10@80ms..150ms"
	// the sender of the operations ignores their taints
	want(t, mustRun(t, cfg), Unknown, "the fault was not seen to act")
	also(&cfg, func(b *lab.Builder) {
		b.Client(func(ctx context.Context, op load.Op) (string, error) {
			b.Surface.Data.Sent(op.Seq)
			return (&store{rec: b.History}).put(ctx, op)
		})
	})
	r := mustRun(t, cfg)
	want(t, r, Unknown, "nothing is predicted")
	c := r.Cases[0]
	if c.Fault.State != Installed || len(c.Invariants) != 1 || c.Invariants[0].Got != invariant.Holds {
		t.Errorf("%+v %+v", c.Fault, c.Invariants)
	}
	for schedule, says := range map[string]string{
		"poison=10@50ms..2s":             "ends after the load",
		"nobody:latency=1ms@50ms..100ms": "nobody",
		"redis:latncy=1ms@50ms..100ms":   "latency",
		"grow:switch@50ms..100ms":        "has no switch grow",
	} {
		cfg.Schedule = schedule
		if _, err := Run(context.Background(), cfg); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want it to say %q", schedule, err, says)
		}
	}
}
