package run

import (
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/data"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
)

// A fault whose injection was slow still lasts as long as requested, as far as there is room.
func TestEndOf(t *testing.T) {
	const ms = time.Millisecond
	window := func(from, to time.Duration) fault.Window {
		return fault.Window{Fault: data.Poison{OneIn: 1}, From: from * ms, To: to * ms}
	}
	for name, c := range map[string]struct {
		faults      fault.Schedule
		since, want time.Duration
	}{
		"in time":                        {fault.Schedule{window(200, 600)}, 200, 600},
		"late":                           {fault.Schedule{window(200, 600)}, 350, 750},
		"so late that the load ends":     {fault.Schedule{window(200, 600)}, 700, 1000},
		"late, and another one follows":  {fault.Schedule{window(200, 600), window(700, 800)}, 350, 700},
		"late, beside another one":       {fault.Schedule{window(200, 600), window(300, 500)}, 350, 750},
		"late, and the next one is next": {fault.Schedule{window(200, 600), window(600, 800)}, 350, 600},
	} {
		p := plan{Load: load.Config{Duration: time.Second}, Faults: c.faults}
		if got := p.endOf(c.faults[0], c.since*ms); got != c.want*ms {
			t.Errorf("%s: ends at %v, want %v", name, got, c.want*ms)
		}
	}
}

// A fault is active in the second and third quarter of the load.
func TestAFaultHasABeforeAndAnAfter(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	cfg.Duration = 8 * time.Second
	p, err := newPlan(cfg)
	if err != nil || len(p.Faults) != 1 || p.Faults[0].From != 2*time.Second || p.Faults[0].To != 6*time.Second {
		t.Errorf("%v, %v; want one from 2 s to 6 s", p.Faults, err)
	}
}

// A lab has a rate of its own where AWS calls take long, and a load is long enough for its operations to tell.
func TestRateAndLength(t *testing.T) {
	w, rounds := lab.Workload{Rate: 100, ContainerRate: 20}, lab.Workload{Rate: 100, Rounds: true, Keys: 50}
	for name, c := range map[string]struct {
		backend  string
		workload lab.Workload
		asked    Config
		rate     float64
		long     time.Duration
	}{
		"embedded":             {stack.Embedded, w, Config{}, 100, Long},
		"containers":           {stack.Containers, w, Config{}, 20, Long},
		"external":             {stack.External, w, Config{}, 20, Long},
		"a rate is asked for":  {stack.Containers, w, Config{Rate: 5}, 5, 20 * time.Second},
		"short":                {stack.Embedded, w, Config{Short: true}, 100, shortest},
		"short, few a second":  {stack.Containers, w, Config{Short: true}, 20, 5 * time.Second},
		"short, for every key": {stack.Embedded, rounds, Config{Short: true}, 100, 2 * time.Second},
		"a time is asked for":  {stack.Embedded, w, Config{Duration: time.Second}, 100, time.Second},
	} {
		cfg := c.asked
		cfg.Lab.Workload, cfg.Stack = c.workload, &stack.Stack{Backend: map[string]string{stack.AWS: c.backend}}
		if rate, long := cfg.rate(), cfg.Length(); rate != c.rate || long != c.long {
			t.Errorf("%s: %g a second for %v, want %g for %v", name, rate, long, c.rate, c.long)
		}
	}
}

// A design in which the fault has nothing to act on proves nothing about it.
func TestLeaveOut(t *testing.T) {
	cfg := Config{
		Lab: lab.Spec{Expect: lab.Expectations{"relay-crash": {
			"outbox": lab.AllHold, "dual-write": lab.Absent("it has no relay"),
		}}},
		Fault: lab.Fault{Name: "relay-crash"}, Designs: []lab.Design{{Name: "dual-write"}, {Name: "outbox"}},
	}
	if err := cfg.leaveOut(); err != nil || len(cfg.Designs) != 1 || cfg.Designs[0].Name != "outbox" {
		t.Errorf("%d designs are left, %v", len(cfg.Designs), err)
	}
	cfg.Designs = []lab.Design{{Name: "dual-write"}}
	if err := cfg.leaveOut(); err == nil || !strings.Contains(err.Error(), "it has no relay") {
		t.Errorf("%v, want it to say why none is left", err)
	}
}
