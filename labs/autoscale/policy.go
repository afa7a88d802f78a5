package autoscale

import (
	"math"
	"time"
)

// policy says how many instances are to serve, from how many requests came in the last period.
type policy = func(requests int) int

const (
	utilization = 0.75                      // that target tracking aims at
	calm        = 15 * time.Minute / scale  // for how long it wants less before it scales in
	hot         = 0.7                       // utilization past which simple scaling wants more
	periods     = 3                         // in a row that it has to be so
	cooldown    = 300 * time.Second / scale // from one instance to the next: AWS's default
)

// tracking has as many instances as it takes for what is asked for, at once: target tracking on requests an instance.
// Demand shows how much is lacking.
func tracking(*tier) policy {
	desired, low := first, 0
	return func(requests int) int {
		rate := float64(requests) / period.Seconds()
		want := min(most, max(first, int(math.Ceil(rate*work.Seconds()/utilization))))
		low++
		if want >= desired || low > int(calm/period) {
			desired, low = want, 0
		}
		return desired
	}
}

// simple adds one instance when all have been busy for some time, and then waits whether that was enough: simple
// scaling on utilization, which ends at 100 % however much is lacking.
func simple(t *tier) policy {
	desired, busy, since := first, 0, cooldown
	return func(int) int {
		since += period
		capacity := float64(t.fleet.Serving()) * float64(period/time.Millisecond) / float64(work/time.Millisecond)
		if float64(t.worked.Swap(0)) < hot*capacity {
			busy = 0
			return desired
		}
		busy++
		if busy >= periods && since >= cooldown {
			desired, since = min(most, desired+1), 0
		}
		return desired
	}
}
