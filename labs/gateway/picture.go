package gateway

import (
	"fmt"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// beside is how many columns the text before and after a row takes.
const beside = 54

// picture draws, over the time of the load, which share of each route was served, and how often inventory was called.
func picture(h history.History, columns int) string {
	v := invariant.NewView(h)
	all := v.Ops("")
	if !v.Faulty || len(all) == 0 {
		return "no requests, or no fault"
	}
	axis := draw.Axis{Columns: min(60, max(10, columns-beside)), End: all[len(all)-1].Invoke.At + 1}
	calls := axis.Count(func(yield func(time.Duration) bool) {
		for e := range v.Effects(call) {
			if e.Key == "inventory" && !yield(e.At) {
				return
			}
		}
	})
	most := slices.Max(calls)
	rate := fmt.Sprintf("at most %.0f/s", most/axis.Begin(1).Seconds())
	return draw.Grid(
		[]string{"", axis.Band(v.Fault.From, v.Fault.To, "fault")},
		servedOver(v, axis, "checkout, served", checkouts),
		servedOver(v, axis, "profile, served", profiles),
		[]string{"calls to inventory", draw.Spark(calls, most), rate},
	)
}

// servedOver is a row of a route: the share served, column by column. A column without requests repeats the one before.
func servedOver(v *invariant.View, axis draw.Axis, label string, of invariant.Filter) []string {
	route := v.Select(of)
	shares := draw.Ratio(axis.Count(route.Served().Sent()), axis.Count(route.Sent()))
	last := route.In(v.After())
	after := fmt.Sprintf("%d of %d once the fault is over", len(last.Served()), len(last))
	return []string{label, draw.Spark(draw.Carry(shares), 1), after}
}
