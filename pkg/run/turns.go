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
	processors := runtime.NumCPU()
	emulator, crowd := budget(cfg.Stack, processors), math.Inf(1)
	if !virtual.On {
		crowd = float64(crowdEach * processors)
	}
	return pack(cfg.Designs, func(d lab.Design) float64 { // the share of what it needs most of
		return max(d.Cost.Seconds()*plan.Load.Rate/emulator, float64(cfg.Fault.AtOnce)/crowd)
	}, 1)
}

// crowdEach is how many requests at one moment a processor serves before the last of them has waited long, some ten
// milliseconds.
const crowdEach = 20

// hours is the length from which a load counts as long.
const hours = time.Hour

// oneByOne reports whether each design has its own turn. A fault on a dependency's process hits everyone on
// the stack. And in virtual time nobody has to wait longer for designs in sequence, while over hours the
// memory of designs side by side adds up.
func oneByOne(st *stack.Stack, plan plan, virtualTime bool) bool {
	return sharedByAll(st, plan.Faults) || virtualTime && plan.Load.Duration >= hours
}

// pack fills each turn with the next designs, as long as their costs are within the budget. A design that
// costs more has its own turn.
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
	// emulatorShare is the share of the processors that the designs of a turn may use for an AWS emulator.
	// The rest is for Kafka, the services, the emulator's own overhead and other programs; an emulator that
	// is busy for more than half of its time answers late.
	emulatorShare = 0.4
	// emulatorMost is how many processors an emulator can use: LocalStack is one Python process, which runs
	// on one at a time and passes part of the calls on to others.
	emulatorMost = 1.6
)

// budget returns how many processors the designs of a turn may use for the AWS emulator. The embedded one
// costs next to nothing, and real AWS, which has no address here, nothing.
func budget(st *stack.Stack, processors int) float64 {
	if st.Backend[stack.AWS] == stack.Embedded || st.AWS.URL == "" {
		return math.Inf(1)
	}
	return min(emulatorShare*float64(processors), emulatorMost)
}
