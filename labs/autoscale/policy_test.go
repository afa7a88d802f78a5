package autoscale

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

func TestTrackingFollowsDemandAtOnceAndGoesBackLate(t *testing.T) {
	by := tracking(nil)
	for _, c := range []struct{ requests, want int }{{5, 4}, {9, 5}, {12, 6}, {17, 8}, {500, most}} {
		if got := by(c.requests); got != c.want {
			t.Errorf("%d requests in a period: %d instances, want %d", c.requests, got, c.want)
		}
	}
	n := 0
	for by(5) == most {
		n++
	}
	if got := time.Duration(n) * period; got != calm {
		t.Errorf("it scales in after %v, want %v", got, calm)
	}
}

func TestSimpleScalingWaitsForThreeBusyPeriodsAndThenForItsCooldown(t *testing.T) {
	tier := &tier{fleet: part.NewFleet(&lab.Builder{}, "server", first, most, false, nil)}
	by, steps := simple(tier), map[int]int{}
	for n := range 40 {
		tier.worked.Store(11) // of 11.4 that four can do in a period
		if got := by(0); steps[got] == 0 {
			steps[got] = n + 1
		}
	}
	if steps[first+1] != periods || steps[first+2] != periods+int(cooldown/period) {
		t.Errorf("in these periods it first wants so many instances: %v", steps)
	}
	tier.worked.Store(5)
	if by(0) != first+2 {
		t.Error("it wants another instance while most have nothing to do")
	}
}

func TestABudgetAllowsATenthOfRetries(t *testing.T) {
	b, retries := &budget{balance: retryBurst}, 0
	for range 100 {
		b.deposit()
		if b.withdraw() {
			retries++
		}
	}
	if retries < 14 || retries > 15 {
		t.Errorf("%d retries of 100 operations, want a tenth and %d that were saved up", retries, retryBurst)
	}
	var none *budget
	none.deposit()
	if !none.withdraw() {
		t.Error("no budget is no limit")
	}
}
