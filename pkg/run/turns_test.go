package run

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/data"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
)

func TestPack(t *testing.T) {
	for name, c := range map[string]struct {
		costs  []float64
		budget float64
		want   string
	}{
		"none":                         {nil, 1, "[]"},
		"all are cheap":                {[]float64{0, 0, 0}, 1, "[[0 0 0]]"},
		"as many as there is room for": {[]float64{.3, .3, .4, .1}, 1, "[[0.3 0.3 0.4] [0.1]]"},
		"in their order":               {[]float64{.6, .6, .4, .4}, 1, "[[0.6] [0.6 0.4] [0.4]]"},
		"a dear one has its own turn":  {[]float64{.2, 3, .2}, 1, "[[0.2] [3] [0.2]]"},
		"no room is left for more":     {[]float64{3, 0, .2}, 1, "[[3] [0 0.2]]"},
		"tenths add up as they should": {[]float64{.1, .1, .1, .1, .1, .1, .1, .1, .1, .1}, 1,
			"[[0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1]]"},
		"each alone":                    {[]float64{1, 1, 1}, 1, "[[1] [1] [1]]"},
		"without limit all in one turn": {[]float64{5, 7, 9}, math.Inf(1), "[[5 7 9]]"},
	} {
		var designs []lab.Design
		for _, cost := range c.costs {
			designs = append(designs, lab.Design{Cost: time.Duration(cost * float64(time.Second))})
		}
		var got [][]float64
		for _, turn := range pack(designs, func(d lab.Design) float64 { return d.Cost.Seconds() }, c.budget) {
			var costs []float64
			for _, d := range turn {
				costs = append(costs, d.Cost.Seconds())
			}
			got = append(got, costs)
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

// The emulator limits a turn; a fault on a dependency's process hits everyone.
func TestTurns(t *testing.T) {
	st := func(backend, url string) *stack.Stack {
		return &stack.Stack{
			Backend: map[string]string{stack.AWS: backend}, AWS: stack.Endpoint{URL: url},
			Processes: map[string]stack.Process{stack.Redis: nil},
		}
	}
	designs := make([]lab.Design, 5)
	for i := range designs {
		designs[i].Cost = 100 * time.Millisecond
	}
	kill, poison := fault.Schedule{{Fault: process.Kill{Process: stack.Redis}}}, fault.Schedule{
		{Fault: data.Poison{OneIn: 8}},
	}
	for name, c := range map[string]struct {
		on     *stack.Stack
		faults fault.Schedule
		rate   float64
		want   []int
	}{
		"embedded":                  {st(stack.Embedded, "http://127.0.0.1:4566"), poison, 1000, []int{5}},
		"AWS itself":                {st(stack.External, ""), poison, 1000, []int{5}},
		"containers, few a second":  {st(stack.Containers, "http://127.0.0.1:4566"), poison, 0.1, []int{5}},
		"containers, many a second": {st(stack.Containers, "http://127.0.0.1:4566"), poison, 1000, []int{1, 1, 1, 1, 1}},
		"a shared process":          {st(stack.Embedded, "http://127.0.0.1:4566"), kill, 1, []int{1, 1, 1, 1, 1}},
	} {
		var got []int
		for _, turn := range turns(Config{Designs: designs, Stack: c.on}, plan{
			Faults: c.faults, Load: load.Config{Rate: c.rate},
		}) {
			got = append(got, len(turn))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: turns of %v designs, want %v", name, got, c.want)
		}
	}
	half := Config{Designs: designs, Stack: st(stack.Embedded, ""), Fault: lab.Fault{
		AtOnce: crowdEach * runtime.NumCPU() / 2,
	}}
	if got := len(turns(half, plan{Load: load.Config{Rate: 1}})); got != 3 {
		t.Errorf("two designs' crowds are all that the processors serve, and five designs run in %d turns", got)
	}
	for processors, want := range map[int]float64{1: 0.4, 2: 0.8, 4: 1.6, 64: 1.6} {
		if got := budget(st(stack.Containers, "http://127.0.0.1:4566"), processors); got != want {
			t.Errorf("%d processors: %g, want %g", processors, got, want)
		}
	}
}

func TestOneByOne(t *testing.T) {
	st := &stack.Stack{Processes: map[string]stack.Process{stack.Redis: nil}}
	kill, poison := fault.Schedule{{Fault: process.Kill{Process: stack.Redis}}}, fault.Schedule{
		{Fault: data.Poison{OneIn: 8}},
	}
	for name, c := range map[string]struct {
		faults      fault.Schedule
		duration    time.Duration
		virtualTime bool
		want        bool
	}{
		"nothing is shared":                 {poison, time.Second, false, false},
		"a shared process":                  {kill, time.Second, false, true},
		"a shared process, in virtual time": {kill, time.Second, true, true},
		"seconds of virtual time":           {poison, time.Second, true, false},
		"hours of virtual time":             {poison, time.Hour, true, true},
		"hours that somebody waits for":     {poison, time.Hour, false, false},
	} {
		plan := plan{Faults: c.faults, Load: load.Config{Duration: c.duration}}
		if got := oneByOne(st, plan, c.virtualTime); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}
