package gateway

import (
	"fmt"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
)

// beside is how many columns the text before and after a row takes.
const beside = 54

// picture draws, over the time of the load, which share of each route's requests was served, and how
// often inventory was called.
func picture(h history.History, columns int) string {
	o, err := read(h)
	if err != nil {
		return err.Error()
	}
	axis := draw.Axis{Columns: min(60, max(10, columns-beside)), End: o.end}
	calls := axis.Count(slices.Values(o.calls))
	most := slices.Max(calls)
	return draw.Grid(
		[]string{"", axis.Band(o.fault.From, o.fault.To, "fault")},
		o.servedOver(axis, "checkout, served", o.checkouts),
		o.servedOver(axis, "profile, served", o.profiles),
		[]string{"calls to inventory", draw.Spark(calls, most), fmt.Sprintf("at most %.0f/s", most/axis.Begin(1).Seconds())},
	)
}

// servedOver is a row of a route: the share served, column by column. A column without requests repeats
// the one before.
func (o *outcome) servedOver(axis draw.Axis, label string, route []request) []string {
	var sentAt, servedAt []time.Duration
	for _, r := range route {
		sentAt = append(sentAt, r.at)
		if r.served {
			servedAt = append(servedAt, r.at)
		}
	}
	shares := draw.Ratio(axis.Count(slices.Values(servedAt)), axis.Count(slices.Values(sentAt)))
	last := sent(route, o.fault.To, o.end)
	return []string{label, draw.Spark(draw.Carry(shares), 1), fmt.Sprintf("%d of %d once the fault is over", served(last), len(last))}
}
