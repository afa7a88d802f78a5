package draw

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// Chart draws a column for each value, in rows of step, on a base line. A partly filled row shows a half
// block. label names the height of a row in steps; it may be empty. NaN leaves its column empty.
func Chart(values []float64, step float64, label func(steps int) string) string {
	most := 0.0
	for _, v := range values {
		most = max(most, orZero(v))
	}
	top := int(math.Ceil(most / step))
	width := 0
	for row := 1; row <= top; row++ {
		width = max(width, utf8.RuneCountInString(label(row)))
	}
	var b strings.Builder
	for row := top; row > 0; row-- {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%*s ┤%s", width, label(row), level(values, step, row)), " ") + "\n")
	}
	fmt.Fprintf(&b, "%*s └%s\n", width, "", strings.Repeat("─", len(values)))
	return b.String()
}

// level draws one row of a chart.
func level(values []float64, step float64, row int) string {
	cells := blank(len(values))
	for i, v := range values {
		switch v = orZero(v); {
		case v >= float64(row)*step:
			cells[i] = '█'
		case v > float64(row-1)*step:
			cells[i] = '▄'
		}
	}
	return string(cells)
}

func orZero(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}
