package ratelimit

import (
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/history"
)

// picture draws, of the tenant that had most pass in a window, how much passed in the window that ends
// at each instant, against the limit: a row for each half of it.
func picture(h history.History, columns int) string {
	tenant, most := "", 0
	by := admissions(h)
	for t, instants := range by {
		if n := busiest(instants); n > most || n == most && t < tenant {
			tenant, most = t, n
		}
	}
	if most == 0 {
		return "nothing passed"
	}
	width := max(10, min(columns-16, 72))
	passed := trailing(by[tenant], width)
	var out strings.Builder
	for row := (2*most + limit - 1) / limit; row > 0; row-- {
		label := ""
		if row%2 == 0 {
			label = fmt.Sprintf("%d × limit", row/2)
		}
		fmt.Fprintf(&out, "%10s ┤%s\n", label, level(passed, row))
	}
	fmt.Fprintf(&out, "%10s └%s\n", "", strings.Repeat("─", width))
	fmt.Fprintf(&out, "%10s  passed of %s in the last %v, at most %d = %.1f × the limit\n", "", tenant, window, most, float64(most)/limit)
	return out.String()
}

// trailing returns, for each column, the most that passed in a window that ends in it.
func trailing(instants []int64, width int) []int {
	start, end := instants[0], instants[len(instants)-1]+window.Microseconds()
	perColumn := max(1, (end-start)/int64(width)+1)
	high := make([]int, width)
	first := 0
	for n, at := range instants {
		for at-instants[first] >= window.Microseconds() {
			first++
		}
		column := (at - start) / perColumn
		high[column] = max(high[column], n-first+1)
	}
	return high
}

// level draws one row: full where more than half of it is reached.
func level(passed []int, row int) string {
	cells := make([]rune, len(passed))
	for n, p := range passed {
		switch {
		case 2*p >= row*limit:
			cells[n] = '█'
		case 2*p > (row-1)*limit:
			cells[n] = '▄'
		default:
			cells[n] = ' '
		}
	}
	return strings.TrimRight(string(cells), " ")
}
