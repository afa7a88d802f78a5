package run

import (
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// Config is one run of a lab.
type Config struct {
	Lab     lab.Spec
	Designs []lab.Design // at least one
	Fault   lab.Fault    // of the lab, or lab.NoFault; or any other with a Schedule, and then nothing is predicted of it
	// faults and their times, as lab.Spec.ParseSchedule reads them; empty: Fault, in the middle of the load
	Schedule string
	Stack    *stack.Stack  // running; Run leaves it so
	Seed     uint64        // decides keys, arrivals and everything else that is drawn
	Rate     float64       // operations a second; 0 means the lab's own for the stack's backend
	Duration time.Duration // of the load; 0 means Long
	Arrivals load.Arrivals // empty means load.Poisson
	Short    bool          // instead of a Duration: just long enough to prove it
	ID       string        // of the run, from owner.NewID; empty for a new one
	Forget   bool          // drop a case's history once it is judged: after hours it is most of what a run holds
	Keep     bool          // leave everything that the cases create on the stack, under names that begin with Result.ID
	Log      *zap.Logger   // nil for none
	Progress func(Progress)
}

// Long is the default length of the load; it is longer for a low rate.
const Long = 8 * time.Second

// A short load takes shortest, or as long as fewestOps take: a design's results for fewer than a hundred
// operations are chance.
const (
	shortest  = 1600 * time.Millisecond
	fewestOps = 100
)

// Progress tells an observer where the run is.
type Progress struct {
	Step    string        // the runner's step: "load"
	Elapsed time.Duration // since the start of the load; 0 outside it
	Of      time.Duration // the length of the load
}

// leaveOut removes the designs in which the fault has nothing to act on. It fails if none is left.
func (c *Config) leaveOut() error {
	var present []lab.Design
	why := ""
	for _, d := range c.Designs {
		if e, _ := c.Lab.Expected(c.Fault.Name, d.Name); e.Absence() != "" {
			why = fmt.Sprintf("design %s can't be run under %s: %s", d.Name, c.Fault.Name, e.Absence())
			continue
		}
		present = append(present, d)
	}
	c.Designs = present
	if len(present) == 0 && why != "" {
		return errors.New(why)
	}
	return nil
}

// plan is everything that follows from a Config before anything is started.
type plan struct {
	Load   load.Config
	Faults fault.Schedule
	Settle time.Duration // the drain gives up if the backlog has not fallen for this long
}

// rate returns the operations per second.
func (c Config) rate() float64 {
	w := c.Lab.Workload
	switch {
	case c.Rate > 0:
		return c.Rate
	case w.ContainerRate > 0 && c.Stack.Backend[stack.AWS] != stack.Embedded:
		return w.ContainerRate
	}
	return w.Rate
}

// Length returns how long the load takes.
func (c Config) Length() time.Duration {
	enough := time.Duration(float64(fewest(c.Lab.Workload)) / c.rate() * float64(time.Second))
	switch {
	case c.Short:
		return max(shortest, enough)
	case c.Duration <= 0:
		return max(Long, enough)
	}
	return c.Duration
}

// newPlan derives the plan. Without a schedule the fault is active in the second and third quarter of the
// load, so that there is a before to compare with and an after to recover in. It fails if the schedule is
// invalid, requires what the lab can't do, or outlasts the load.
func newPlan(cfg Config) (plan, error) {
	w, d := cfg.Lab.Workload, cfg.Length()
	var faults fault.Schedule
	var err error
	switch {
	case cfg.Schedule != "":
		faults, err = cfg.Lab.ParseSchedule(cfg.Schedule, cfg.Seed)
	case cfg.Fault.Fault != nil:
		faults, err = fault.Once(cfg.Fault.Fault, d/4, d*3/4)
	}
	if err != nil {
		return plan{}, err
	}
	for _, w := range faults {
		if w.To > d {
			return plan{}, fmt.Errorf("%v ends after the load, which takes %v; a longer --duration would do", w, d)
		}
	}
	if err := reachable(cfg.Stack, faults); err != nil {
		return plan{}, err
	}
	return plan{
		Load: load.Config{
			Name: w.Operation, Mix: w.Mix, Rate: cfg.rate(), Duration: d, Arrivals: cfg.Arrivals,
			Keys: w.Keys, Rounds: w.Rounds, Seed: cfg.Seed, Timeout: w.Timeout,
		},
		Faults: faults,
		Settle: max(cfg.Fault.Patience, d/8, time.Second),
	}, nil
}

// endOf returns the end of a fault that is active since then. It lasts as long as requested, however long its
// injection took, but neither into the time of the next one nor beyond the load.
func (p plan) endOf(w fault.Window, since time.Duration) time.Duration {
	end, limit := since+w.To-w.From, p.Load.Duration
	for _, other := range p.Faults {
		if other.From >= w.To {
			limit = min(limit, other.From)
		}
	}
	return max(w.To, min(end, limit))
}

// fewest returns the minimum number of operations of a short load. If keys come in rounds it has four rounds,
// so that the half during the fault meets every key.
func fewest(w lab.Workload) int {
	if w.Rounds {
		return max(fewestOps, 4*w.Keys)
	}
	return fewestOps
}

// prefix returns the prefix of the names of all that a case of the run creates.
func prefix(run string, design lab.Design) string {
	name := owner.Prefix + run + "-" + design.Name
	if off := design.Off(); len(off) > 0 { // names on the stack are short: 63 characters of a bucket's
		name += fmt.Sprintf("-off%04x", crc32.ChecksumIEEE([]byte(strings.Join(off, ",")))&0xffff)
	}
	return name
}
