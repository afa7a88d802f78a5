package draw

import (
	"iter"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// Axis maps a span of time to columns. Times count from its start; one outside it belongs to the column at
// the nearer end. Columns and End must be above 0.
type Axis struct {
	Columns int
	End     time.Duration
}

// column returns the column of an instant.
func (a Axis) column(at time.Duration) int {
	return min(a.Columns-1, max(0, int(at*time.Duration(a.Columns)/a.End)))
}

// Begin returns the instant at which a column begins.
func (a Axis) Begin(column int) time.Duration {
	return a.End * time.Duration(column) / time.Duration(a.Columns)
}

// Band marks the columns between two times and writes a name over them, if there is room: "   fault▔▔▔▔   ".
func (a Axis) Band(from, to time.Duration, name string) string {
	cells := blank(a.Columns)
	band := cells[a.column(from) : a.column(to)+1]
	for i := range band {
		band[i] = '▔'
	}
	if utf8.RuneCountInString(name) > len(band) {
		band = cells[a.column(from):]
	}
	copy(band, []rune(name))
	return string(cells)
}

// Ticks writes the label of each time at its column. It leaves out a label that would touch the previous one.
func (a Axis) Ticks(label func(time.Duration) string, instants ...time.Duration) string {
	cells := blank(a.Columns)
	free := 0
	for _, at := range instants {
		text := []rune(label(at))
		from := min(a.column(at), a.Columns-len(text))
		if from >= free {
			copy(cells[from:], text)
			free = from + len(text) + 1
		}
	}
	return string(cells)
}

// Count returns how many of the times lie in each column. It leaves out those outside the axis.
func (a Axis) Count(instants iter.Seq[time.Duration]) []float64 {
	counts := make([]float64, a.Columns)
	for at := range instants {
		if 0 <= at && at < a.End {
			counts[a.column(at)]++
		}
	}
	return counts
}

// Highest returns the highest value of each column, NaN for a column without any.
func (a Axis) Highest(values iter.Seq2[time.Duration, float64]) []float64 {
	highest := make([]float64, a.Columns)
	for i := range highest {
		highest[i] = math.NaN()
	}
	for at, v := range values {
		if i := a.column(at); math.IsNaN(highest[i]) || v > highest[i] {
			highest[i] = v
		}
	}
	return highest
}

func blank(columns int) []rune { return []rune(strings.Repeat(" ", columns)) }
