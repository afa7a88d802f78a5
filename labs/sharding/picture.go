package sharding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/history"
)

// shades show which share of a column's keys moved, from none to all.
var shades = []rune("·░▒▓█")

// picture draws all keys in order, the darker the more of them moved, and below them what each shard
// has in the end, or how many requests it served where nothing moved.
func picture(h history.History, columns int) string {
	var out strings.Builder
	name, of := owed, map[string]bool(nil)
	c, err := changeOf(h, resharded)
	if err == nil {
		width := max(10, min(columns-30, 60))
		fmt.Fprintf(&out, "%s  %.1f %% of the keys moved\n", strip(h, c, width), 100*c.movedShare())
	} else if c, err = changeOf(h, heated); err != nil {
		return ""
	} else {
		name, of = served, heatedRequests(h)
	}
	out.WriteString(bars(countBy(h, name, of), max(10, min(columns-20, 60))))
	return out.String()
}

// strip draws the keys in their order.
func strip(h history.History, c change, width int) string {
	var keys []string
	for i := range h {
		if h[i].Kind == history.Effect && h[i].Name == owed {
			keys = append(keys, h[i].Value)
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	all, gone := make([]int, width), make([]int, width)
	for n := range keys {
		all[n*width/len(keys)]++
	}
	for _, m := range c.moved {
		n, _ := slices.BinarySearch(keys, m.Value)
		gone[n*width/len(keys)]++
	}
	row := make([]rune, width)
	for n := range row {
		share := float64(gone[n]) / float64(max(1, all[n]*c.copies))
		row[n] = shades[min(len(shades)-1, int(share*float64(len(shades)-1)+0.5))]
	}
	return string(row)
}

// bars draws how much each shard has.
func bars(count map[string]int, width int) string {
	shards, most := []string{}, 1
	for s, n := range count {
		shards = append(shards, s)
		most = max(most, n)
	}
	slices.Sort(shards)
	var out strings.Builder
	for _, s := range shards {
		fmt.Fprintf(&out, "%s %s %d\n", s, strings.Repeat("█", max(1, count[s]*width/most)), count[s])
	}
	return out.String()
}
