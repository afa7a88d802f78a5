package autoscale

import (
	"fmt"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/part"
)

// beside is how many columns the text before and after a row takes.
const beside = 46

// picture draws the fleet over the time of the load, what clients send it, and what they get.
func picture(h history.History, columns int) string {
	v := invariant.NewView(h)
	all := v.Ops("")
	if len(all) == 0 {
		return "no requests"
	}
	axis := draw.Axis{Columns: min(60, max(10, columns-beside)), End: all[len(all)-1].Invoke.At + 1}
	sent := axis.Count(func(yield func(time.Duration) bool) {
		for e := range v.Effects(tried) {
			if !yield(e.At) {
				return
			}
		}
	})
	busiest := slices.Max(sent)
	s, _ := shortageOf(v)
	served := draw.Carry(draw.Ratio(axis.Count(all.Served().Sent()), axis.Count(all.Sent())))
	fleet := func(effect string) []float64 {
		var instances level
		for e := range v.Effects(effect) {
			instances = append(instances, change{e.At, e.N})
		}
		values := make([]float64, axis.Columns)
		for n := range values {
			values[n] = float64(instances.of(axis.Begin(n + 1)))
		}
		return values
	}
	last := fmt.Sprintf("%d of %d when the load ends", s.serving.of(axis.End), most)
	return draw.Grid(
		[]string{"", axis.Band(v.Fault.From, v.Fault.To, "fault")},
		[]string{"instances serving", draw.Spark(fleet(part.FleetServing), most), last},
		[]string{"instances starting", draw.Spark(fleet(part.FleetStarting), most)},
		[]string{"tries", draw.Spark(sent, busiest), fmt.Sprintf("at most %.0f/s", busiest/axis.Begin(1).Seconds())},
		[]string{"operations served", draw.Spark(served, 1)},
	)
}
