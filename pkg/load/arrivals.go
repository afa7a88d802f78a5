package load

import (
	"math"
	"time"
)

// Arrivals says at which instants the operations of a workload are due. In either process their number is
// exactly [Config.Count], so that a short run can be judged.
type Arrivals string

const (
	// Poisson is the default: a Poisson process, given how many arrive in all. The instants are independent
	// of each other and uniform over the load, as if many clients had nothing to do with each other. Gaps are
	// nearly exponential. The number due in a window that is the share p of the load is binomial, with mean
	// n·p and variance n·p·(1-p).
	Poisson Arrivals = "poisson"
	// Even is one operation at a random instant of each slot of 1/Rate. A window of the load has as many as
	// predicted, give or take one or two.
	Even Arrivals = "even"
)

// ArrivalNames returns the names of all arrival processes, the default first.
func ArrivalNames() []string { return []string{string(Poisson), string(Even)} }

// arrivals returns a function that returns the instants at which the operations are due, one after the other,
// from one number each that is uniform over [0, 1).
func (c Config) arrivals() func(u float64) time.Duration {
	if c.Arrivals == Even {
		n, slot := -1.0, float64(time.Second)/(c.Rate*c.peak())
		return func(u float64) time.Duration {
			n++
			return time.Duration((n + u) * slot)
		}
	}
	// The first of k uniform instants leaves at most the share v of the time with the probability v^k. The others are
	// uniform over what it leaves. So the instants come in order, and need not be sorted.
	left, rest := c.Count(), float64(c.Duration)
	return func(u float64) time.Duration {
		rest *= math.Exp(math.Log1p(-u) / float64(left))
		left--
		return c.Duration - max(1, time.Duration(math.Ceil(rest)))
	}
}
