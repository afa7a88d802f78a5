package draw

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Bar is a quantity with a name.
type Bar struct {
	Label string
	N     int
}

// Bars draws the quantities as rows to one scale, the longest over that many columns. Only zero has no bar.
func Bars(bars []Bar, columns int) string {
	most := 1
	for _, b := range bars {
		most = max(most, b.N)
	}
	var rows [][]string
	for _, b := range bars {
		length := 0
		if b.N > 0 {
			length = max(1, b.N*columns/most)
		}
		rows = append(rows, []string{b.Label, strings.TrimLeft(strings.Repeat("█", length)+" "+unit.Count(b.N), " ")})
	}
	return Grid(rows...)
}
