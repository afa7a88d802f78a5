package ratelimit

import (
	"fmt"
	"iter"
	"time"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// picture draws, of the tenant that had most pass in a window, how much passed in the window that ends
// at each instant, against the limit: a row for each half of it.
func picture(h history.History, columns int) string {
	by := admissions(invariant.NewView(h))
	tenant, most := busiestTenant(by)
	if most == 0 {
		return "nothing passed"
	}
	instants := by[tenant]
	took := microseconds(instants[len(instants)-1]-instants[0]) + window
	axis := draw.Axis{Columns: max(10, min(columns-16, 72)), End: took}
	return fmt.Sprintf("tenant %s: at most %d passed within %s = %.1f × the limit\n", tenant, most, unit.Duration(window), float64(most)/limit) +
		draw.Chart(axis.Highest(trailing(instants)), limit/2., func(halves int) string {
			if halves%2 != 0 {
				return ""
			}
			return fmt.Sprintf("%d × limit", halves/2)
		})
}

// trailing yields how many passed in the window that ends at each instant, the first of which is 0.
func trailing(instants []int64) iter.Seq2[time.Duration, float64] {
	return func(yield func(time.Duration, float64) bool) {
		first := 0
		for n, at := range instants {
			for at-instants[first] >= window.Microseconds() {
				first++
			}
			if !yield(microseconds(at-instants[0]), float64(n-first+1)) {
				return
			}
		}
	}
}

func microseconds(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
