package report

import (
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/run"
)

const (
	columns = 48
	blocks  = "▁▂▃▄▅▆▇█"
)

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
	name := widest(r.Cases)
	p.line("  %s  %s", p.style.dim(fmt.Sprintf("%-*s", name, "backlog")), band(r.Cases[0].Timeline, end))
	for _, c := range r.Cases {
		bars := p.style.dim(spark(c.Timeline, end, most))
		p.line("  %-*s  %s  %s", name, c.Design, bars, outcome(c.Timeline))
	}
	p.line("  %-*s  %s", name, "", p.style.dim(axis(r.Cases[0].Timeline, end)))
	p.line("")
}

func column(at, end float64) int { return min(columns-1, max(0, int(at/end*columns))) }

// band marks the columns in which the fault was on.
func band(t run.Timeline, end float64) string {
	cells := []rune(strings.Repeat(" ", columns))
	for i := column(t.From, end); i <= column(t.To, end); i++ {
		cells[i] = '▔'
	}
	copy(cells[column(t.From, end):], []rune("fault"))
	return string(cells)
}

// spark draws the highest backlog of each column; a column without a sample repeats the last one.
func spark(t run.Timeline, end float64, most int) string {
	high := make([]int, columns)
	seen := make([]bool, columns)
	for _, s := range t.Backlog {
		i := column(s.At, end)
		high[i], seen[i] = max(high[i], s.N), true
	}
	scale := []rune(blocks)
	cells := make([]rune, columns)
	last := 0
	for i := range cells {
		if float64(i)/columns*end > t.End {
			cells[i] = ' '
			continue
		}
		if seen[i] {
			last = high[i]
		}
		cells[i] = scale[0]
		if last > 0 {
			cells[i] = scale[1+last*(len(scale)-2)/most]
		}
	}
	return string(cells)
}

// axis writes the times at which the fault begins and ends, the load ends and all ends.
func axis(t run.Timeline, end float64) string {
	cells := []rune(strings.Repeat(" ", columns+8))
	free := 0
	for _, at := range []float64{0, t.From, t.To, t.LoadEnd, end} {
		label := []rune(fmt.Sprintf("%.1fs", at))
		if at == 0 {
			label = []rune("0s")
		}
		if i := column(at, end); i >= free {
			copy(cells[i:], label)
			free = i + len(label) + 1
		}
	}
	return strings.TrimRight(string(cells), " ")
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
	last := t.Backlog[len(t.Backlog)-1]
	if last.N == 0 {
		return fmt.Sprintf("at most %d waiting (at %.1f s), none in the end", most.N, most.At)
	}
	return fmt.Sprintf("%d waiting in the end, and no longer falling", last.N)
}
