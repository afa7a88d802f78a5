package draw

import "math"

var (
	heights = []rune("▁▂▃▄▅▆▇█")
	shades  = []rune("·░▒▓█")
)

// Spark draws a block for each value, relative to most. The lowest block is only for zero. NaN leaves its
// column empty.
func Spark(values []float64, most float64) string {
	cells := blank(len(values))
	for i, v := range values {
		switch {
		case math.IsNaN(v):
		case v <= 0:
			cells[i] = heights[0]
		default:
			above := len(heights) - 2
			cells[i] = heights[1+min(above, int(v/most*float64(above)))]
		}
	}
	return string(cells)
}

// Carry replaces each NaN by the last number before it; those before the first number stay.
func Carry(values []float64) []float64 {
	carried := make([]float64, len(values))
	last := math.NaN()
	for i, v := range values {
		if !math.IsNaN(v) {
			last = v
		}
		carried[i] = last
	}
	return carried
}

// Ratio divides part by whole, column by column; nothing of nothing is NaN.
func Ratio(part, whole []float64) []float64 {
	ratio := make([]float64, len(part))
	for i := range part {
		ratio[i] = part[i] / whole[i]
	}
	return ratio
}

// Strip draws a cell for each share from 0 to 1; larger shares are darker. NaN leaves its column empty.
func Strip(shares []float64) string {
	cells := blank(len(shares))
	for i, s := range shares {
		if !math.IsNaN(s) {
			cells[i] = shades[min(len(shades)-1, int(math.Round(s*float64(len(shades)-1))))]
		}
	}
	return string(cells)
}
