package gateway

import (
	"fmt"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

const (
	blocks  = "▁▂▃▄▅▆▇█"
	labels  = 22 // columns of the text before a row
	remarks = 32 // and after it
)

// picture draws, over the time of the load, which share of each route's requests was served, and how
// often inventory was called.
func picture(h history.History, columns int) string {
	o, err := read(h)
	if err != nil {
		return err.Error()
	}
	n := min(60, max(10, columns-labels-remarks))
	slice := o.end / time.Duration(n)
	at := func(t time.Duration) int { return min(n-1, int(t/max(slice, 1))) }

	var b strings.Builder
	band := []rune(strings.Repeat(" ", n))
	for i := at(o.fault.From); i <= at(o.fault.To); i++ {
		band[i] = '▔'
	}
	copy(band[at(o.fault.From):], []rune("fault"))
	row := func(label, cells, remark string) {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-*s%s  %s", labels, label, cells, remark), " ") + "\n")
	}
	row("", string(band), "")
	for _, route := range []struct {
		name     string
		requests []request
	}{{"checkout, served", o.checkouts}, {"profile, served", o.profiles}} {
		asked, got := make([]int, n), make([]int, n)
		for _, r := range route.requests {
			asked[at(r.at)]++
			if r.served {
				got[at(r.at)]++
			}
		}
		last := sent(route.requests, o.fault.To, o.end)
		row(route.name, bars(asked, got), fmt.Sprintf("%d of %d once the fault is over", served(last), len(last)))
	}
	calls := make([]int, n)
	for _, t := range o.calls {
		if 0 <= t && t < o.end {
			calls[at(t)]++
		}
	}
	most := 0
	for _, c := range calls {
		most = max(most, c)
	}
	scale := make([]int, n)
	for i := range scale {
		scale[i] = most
	}
	row("calls to inventory", bars(scale, calls), fmt.Sprintf("at most %.0f/s", float64(most)/slice.Seconds()))
	return b.String()
}

// bars draws part as a share of whole, column by column. Where there is no whole the last share stands,
// and before there was any, nothing.
func bars(whole, part []int) string {
	scale := []rune(blocks)
	cells := make([]rune, len(whole))
	cell := ' '
	for i := range whole {
		if whole[i] > 0 {
			cell = scale[part[i]*(len(scale)-1)/whole[i]]
		}
		cells[i] = cell
	}
	return string(cells)
}
