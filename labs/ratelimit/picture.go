package ratelimit

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// picture draws how much of the busiest tenant passed in the window that ends at each instant, in halves of the limit.
func picture(h history.History, columns int) string {
	by := admissions(invariant.NewView(h))
	tenant, most := busiestTenant(by, busiest)
	if most == 0 {
		return "nothing passed"
	}
	instants := by[tenant]
	axis := draw.Axis{Columns: max(10, min(columns-16, 72)), End: instants[len(instants)-1] - instants[0] + window}
	label := func(halves int) string {
		if halves%2 != 0 {
			return ""
		}
		return fmt.Sprintf("%d × limit", halves/2)
	}
	return fmt.Sprintf("tenant %s: at most %d passed within %s = %.1f × the limit\n",
		tenant, most, span, float64(most)/limit) + draw.Chart(axis.Highest(trailing(instants)), limit/2., label)
}
