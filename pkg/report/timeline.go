package report

import (
	"fmt"
	"iter"
	"math"
	"time"
	"unicode/utf8"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/unit"
)

const (
	mostColumns   = 48 // of the drawing itself
	leastColumns  = 16
	remarkColumns = 46 // of the remark beside it, with the gaps
)

// timeline draws each design's backlog on the same time axis and scale, with the fault as a band above.
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
	label := len("backlog")
	for _, c := range r.Cases {
		label = max(label, utf8.RuneCountInString(c.Label()))
	}
	first := r.Cases[0].Timeline
	axis := draw.Axis{Columns: max(leastColumns, min(mostColumns, p.style.width-label-remarkColumns)), End: seconds(end)}
	rows := [][]string{{"backlog", axis.Band(seconds(first.From), seconds(first.To), "fault")}}
	for _, c := range r.Cases {
		rows = append(rows, []string{c.Label(), spark(axis, c.Timeline, most), outcome(c.Timeline)})
	}
	rows = append(rows, []string{
		"", axis.Ticks(instant, 0, seconds(first.From), seconds(first.To), seconds(first.LoadEnd), axis.End),
	})
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

// samples yields the backlog over time. It begins with 0.
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

// outcome describes the bars in words.
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
		return fmt.Sprintf("%s left, no longer falling", unit.Count(last.N))
	}
	return fmt.Sprintf("at most %s waiting (at %s), none left", unit.Count(most.N), instant(seconds(most.At)))
}

// instant formats a time since the start of the load; zero is 0 s and not 0 µs.
func instant(at time.Duration) string {
	if at == 0 {
		return "0 s"
	}
	return unit.Duration(at)
}
