package report

import (
	"fmt"
	"iter"
	"math"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/unit"
)

// timelineColumns is the width of the drawing itself, without labels and remarks.
const timelineColumns = 48

// timeline draws each design's backlog over the same time axis, all to the same scale, with the
// fault as a band above.
func (p *page) timeline(r *run.Result) {
	end, most := 0.0, 0
	for _, c := range r.Cases {
		end = max(end, c.Timeline.End)
		for _, s := range c.Timeline.Backlog {
			most = max(most, s.N)
		}
	}
	if most == 0 || end == 0 {
		return
	}
	first := r.Cases[0].Timeline
	axis := draw.Axis{Columns: timelineColumns, End: seconds(end)}
	rows := [][]string{{"backlog", axis.Band(seconds(first.From), seconds(first.To), "fault")}}
	for _, c := range r.Cases {
		rows = append(rows, []string{c.Design, spark(axis, c.Timeline, most), outcome(c.Timeline)})
	}
	rows = append(rows, []string{"", axis.Ticks(tick, 0, seconds(first.From), seconds(first.To), seconds(first.LoadEnd), axis.End)})
	p.block("  ", draw.Grid(rows...))
	p.line("")
}

// spark draws the highest backlog of each column until the case ends. A column without a sample repeats
// the one before.
func spark(axis draw.Axis, t run.Timeline, most int) string {
	highest := draw.Carry(axis.Highest(samples(t)))
	for i := range highest {
		if axis.Begin(i) > seconds(t.End) {
			highest[i] = math.NaN()
		}
	}
	return draw.Spark(highest, float64(most))
}

// samples yields the backlog over time. It begins with none.
func samples(t run.Timeline) iter.Seq2[time.Duration, float64] {
	return func(yield func(time.Duration, float64) bool) {
		if !yield(0, 0) {
			return
		}
		for _, s := range t.Backlog {
			if !yield(seconds(s.At), float64(s.N)) {
				return
			}
		}
	}
}

// outcome says in words what the bars show.
func outcome(t run.Timeline) string {
	if len(t.Backlog) == 0 {
		return ""
	}
	most := run.Sample{}
	for _, s := range t.Backlog {
		if s.N > most.N {
			most = s
		}
	}
	if last := t.Backlog[len(t.Backlog)-1]; last.N > 0 {
		return fmt.Sprintf("%s waiting at the end, no longer falling", unit.Count(last.N))
	}
	return fmt.Sprintf("at most %s waiting (at %s), none at the end", unit.Count(most.N), unit.Duration(seconds(most.At)))
}

// seconds is a result's time as a duration.
func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// tick labels an instant of the time axis, which begins at 0 s and not at 0 µs.
func tick(at time.Duration) string {
	if at == 0 {
		return "0 s"
	}
	return unit.Duration(at)
}

// block writes lines, each with an indent; an empty one stays empty.
func (p *page) block(indent, lines string) {
	for row := range strings.SplitSeq(strings.Trim(lines, "\n"), "\n") {
		p.line("%s", strings.TrimRight(indent+row, " "))
	}
}
