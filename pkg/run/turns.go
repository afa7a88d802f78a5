package run

import (
	"math"
	"runtime"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// turns returns the designs that run side by side, turn by turn, in their order: as many as the stack
// carries, or one by one.
func turns(cfg Config, plan plan) [][]lab.Design {
	if oneByOne(cfg.Stack, plan, virtual.On) {
		return pack(cfg.Designs, func(lab.Design) float64 { return 1 }, 1)
	}
	return pack(cfg.Designs, func(d lab.Design) float64 {
		return d.Cost.Seconds() * plan.Load.Rate
	}, budget(cfg.Stack, runtime.NumCPU()))
}

// hours is from when on a load is a long one.
const hours = time.Hour

// oneByOne reports whether each design has a turn of its own. A fault on a dependency's process hits
// everyone on the stack. And in virtual time nobody waits the longer for one design after the other, while
// over hours what they hold side by side adds up.
func oneByOne(st *stack.Stack, plan plan, virtualTime bool) bool {
	return sharedByAll(st, plan.Faults) || virtualTime && plan.Load.Duration >= hours
}

// pack fills each turn with the designs that come next, as long as their costs are within the budget.
// A design that costs more than that has a turn of its own.
func pack(designs []lab.Design, cost func(lab.Design) float64, budget float64) (turns [][]lab.Design) {
	const rounding = 1e-9
	left := 0.0
	for _, d := range designs {
		c := cost(d)
		if len(turns) == 0 || c > left+rounding {
			turns, left = append(turns, nil), budget
		}
		last := len(turns) - 1
		turns[last] = append(turns[last], d)
		left -= c
	}
	return turns
}

const (
	// emulatorShare of the processors is what the designs of a turn may ask for of an AWS emulator. The
	// rest is for Kafka, the services, the emulator's own household and whatever else the machine does;
	// an emulator that is busy for more than half of its time answers late.
	emulatorShare = 0.4
	// emulatorMost processors is what an emulator makes use of: LocalStack is one Python process, which
	// runs on one at a time, and hands a part of the calls on to others.
	emulatorMost = 1.6
)

// budget returns how many processors' time the designs of a turn may take of the AWS emulator. The
// embedded one costs next to nothing, and AWS itself, which has no address of its own here, nothing.
func budget(st *stack.Stack, processors int) float64 {
	if st.Backend[stack.AWS] == stack.Embedded || st.AWS.URL == "" {
		return math.Inf(1)
	}
	return min(emulatorShare*float64(processors), emulatorMost)
}
