package run

import (
	"fmt"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/catalog"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// Config is one run of a lab.
type Config struct {
	Lab      lab.Spec
	Designs  []lab.Design  // at least one
	Fault    lab.Fault     // of the lab; or any other with a Schedule, and then nothing is predicted of it
	Schedule string        // faults and their times, as catalog.ParseSchedule reads them; empty: Fault, in the middle of the load
	Stack    *stack.Stack  // running; Run leaves it so
	Seed     uint64        // decides keys, arrivals and everything else that is drawn
	Rate     float64       // operations a second; 0 means the lab's own for the stack's backend
	Duration time.Duration // of the load; 0 means Long
	Short    bool          // instead of a Duration: just long enough to prove it
	Forget   bool          // drop a case's history once it is judged: of hours it is most of what a run holds
	Keep     bool          // leave what the cases create on the stack, by names that begin with Result.ID
	Log      *zap.Logger   // nil for none
	Progress func(Progress)
}

// Long is the length of the load where nothing is said, or longer where operations are few a second.
const Long = 8 * time.Second

// A short load takes shortest, or as long as fewestOps take: what a design does with fewer than a
// hundred operations is chance.
const (
	shortest  = 1600 * time.Millisecond
	fewestOps = 100
)

// Progress tells an onlooker where the run is.
type Progress struct {
	Step    string        // the runner's step: "load"
	Elapsed time.Duration // since the start of the load; 0 outside it
	Of      time.Duration // the length of the load
}

// Plan is what follows from a Config before anything is started.
type Plan struct {
	Load   load.Config
	Faults fault.Schedule
	Settle time.Duration // the drain gives up where the backlog has not fallen for this long
}

// NewPlan derives the plan. Without a schedule the fault is on in the second and third quarter of
// the load, so that there is a before to compare with and an after to recover in. It fails where
// the schedule can't be read or outlasts the load.
func NewPlan(cfg Config) (Plan, error) {
	w := cfg.Lab.Workload
	rate := cfg.Rate
	if rate <= 0 {
		rate = w.Rate
		if w.ContainerRate > 0 && cfg.Stack.Backend[stack.AWS] != stack.Embedded {
			rate = w.ContainerRate
		}
	}
	enough := time.Duration(float64(fewest(w)) / rate * float64(time.Second))
	d := cfg.Duration
	switch {
	case cfg.Short:
		d = max(shortest, enough)
	case d <= 0:
		d = max(Long, enough)
	}
	faults, err := fault.Once(cfg.Fault.Fault, d/4, d*3/4)
	if cfg.Schedule != "" {
		faults, err = catalog.ParseSchedule(cfg.Schedule, cfg.Seed)
	}
	if err != nil {
		return Plan{}, err
	}
	for _, w := range faults {
		if w.To > d {
			return Plan{}, fmt.Errorf("%v ends after the load, which takes %v; a longer --duration would do", w, d)
		}
	}
	return Plan{
		Load:   load.Config{Name: w.Operation, Mix: w.Mix, Rate: rate, Duration: d, Keys: w.Keys, Rounds: w.Rounds, Seed: cfg.Seed, Timeout: w.Timeout},
		Faults: faults,
		Settle: max(cfg.Fault.Patience, d/8, time.Second),
	}, nil
}

// endOf returns when a fault of the plan ends that is on since then: it lasts as long as was asked,
// however long its injection took, but neither into the time of the next one nor beyond the load.
func (p Plan) endOf(w fault.Window, since time.Duration) time.Duration {
	end, limit := since+w.To-w.From, p.Load.Duration
	for _, other := range p.Faults {
		if other.From >= w.To {
			limit = min(limit, other.From)
		}
	}
	return max(w.To, min(end, limit))
}

// fewest returns how many operations a short load has at least. Where keys come in rounds it has four
// of them, so that the half of it in which the fault is on meets every key.
func fewest(w lab.Workload) int {
	if w.Rounds {
		return max(fewestOps, 4*w.Keys)
	}
	return fewestOps
}

// String returns the plan in full: the faults with their times, and every operation with its time
// and key. The same seed gives the same bytes.
func (p Plan) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, p.Faults)
	for op := range p.Load.Ops() {
		fmt.Fprintln(&b, op.ID, op.At, op.Key)
	}
	return b.String()
}

// prefix returns what begins the names of all that a case of the run creates.
func prefix(run, design string) string { return owner.Prefix + run + "-" + design }
