package run

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// The operator repairs what runs, and the auditor counts what has stopped.
func TestRepairComesBeforeTheStopAndAuditAfterIt(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	var mu sync.Mutex
	var steps []string
	step := func(name string) {
		mu.Lock()
		defer mu.Unlock()
		steps = append(steps, name)
	}
	also(&cfg, func(b *lab.Builder) {
		b.Service("worker", func(ctx context.Context, i *lab.Instance) error {
			i.Ready()
			<-ctx.Done()
			step("stopped")
			return nil
		})
		b.Repair(func(context.Context) error { step("repair"); return nil })
		b.Audit(func(context.Context, *lab.Instance) error { step("audit"); return nil })
	})
	mustRun(t, cfg)
	if !slices.Equal(steps, []string{"repair", "stopped", "audit"}) {
		t.Errorf("the steps were %q", steps)
	}
}

// What a design asks of its dependencies counts from the start of the load: not what the warm-up took.
func TestUsageIsThatOfTheLoad(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	also(&cfg, func(b *lab.Builder) {
		s := &store{rec: b.History}
		var worker *lab.Instance
		b.Service("worker", func(ctx context.Context, i *lab.Instance) error {
			worker = i
			i.Ready()
			<-ctx.Done()
			return nil
		})
		b.Client(func(ctx context.Context, op load.Op) (string, error) {
			if err := worker.Redis().Set(ctx, "key", op.ID, 0).Err(); err != nil {
				return "", err
			}
			return s.put(ctx, op)
		})
	})
	cfg.Lab.Designs, cfg.Fault = cfg.Designs, lab.NoFault
	r := mustRun(t, cfg)
	want(t, r, Pass, "")
	sets := int64(0)
	for key, asked := range r.Cases[0].Usage {
		if key.Service == "redis" && key.Operation == "set" {
			sets += asked.Requests
		}
	}
	if n := int64(r.Cases[0].Operations.Total + 1); sets != n { // and one that checks the health after the load
		t.Errorf("%d requests for %d operations", sets, n)
	}
}

// Without a fault a broken promise is a failure, too.
func TestAViolationWithoutAFaultIsAFailure(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	also(&cfg, func(b *lab.Builder) {
		b.Client(func(context.Context, load.Op) (string, error) { return "", nil })
	})
	cfg.Lab.Designs, cfg.Fault = cfg.Designs, lab.NoFault
	want(t, mustRun(t, cfg), Fail, "conservation: expected holds, got violated")
}

// irreversible can't be taken back.
type irreversible struct{ amnesia }

var errStuck = errors.New("stuck")

func (f irreversible) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	_, err := f.amnesia.Inject(ctx, s)
	return f, err
}

func (irreversible) Revert(context.Context) error { return errStuck }

// A fault that can't be taken back ends the run: nothing after it can be trusted, not even other cases.
func TestARevertThatFailsIsAnError(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	cfg.Fault.Fault = irreversible{cfg.Fault.Fault.(amnesia)}
	if r, err := Run(t.Context(), cfg); !errors.Is(err, errStuck) {
		t.Errorf("%v, %+v; want %v", err, r, errStuck)
	}
}

// A fault that can't begin leaves the case without a proof.
func TestAFaultThatCannotBeginIsUnknown(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	cfg.Fault.Fault = fault.Switch{Name: "absent"}
	r := mustRun(t, cfg)
	want(t, r, Unknown, "the fault was not-injected: switch absent: the design has no switches")
	if j := r.Cases[0].Invariants[0]; j.Got != invariant.Holds {
		t.Errorf("and yet %s was %s", j.Name, j.Got)
	}
}
