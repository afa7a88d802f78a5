package sharding

import (
	"fmt"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
)

// picture draws all keys in order, the darker the more of them moved, and below them what each shard
// has in the end, or how many requests it served where nothing moved.
func picture(h history.History, columns int) string {
	width := max(10, min(columns-30, 60))
	if c, err := changeOf(h, resharded); err == nil {
		moved := fmt.Sprintf("%.1f %% of the keys moved", 100*c.movedShare())
		return draw.Grid([]string{draw.Strip(movedShares(h, c, width)), moved}) + shardBars(countBy(h, owed, nil), width)
	}
	if _, err := changeOf(h, heated); err == nil {
		return shardBars(countBy(h, served, heatedRequests(h)), width)
	}
	return ""
}

// movedShares cuts the keys in their order into columns, and returns which share of each has moved.
func movedShares(h history.History, c change, columns int) []float64 {
	var keys []string
	for i := range h {
		if h[i].Kind == history.Effect && h[i].Name == owed {
			keys = append(keys, h[i].Value)
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	all, moved := make([]float64, columns), make([]float64, columns)
	for n := range keys {
		all[n*columns/len(keys)] += float64(c.copies)
	}
	for _, m := range c.moved {
		n, _ := slices.BinarySearch(keys, m.Value)
		moved[n*columns/len(keys)]++
	}
	return draw.Ratio(moved, all)
}

// shardBars draws how much each shard has.
func shardBars(count map[string]int, columns int) string {
	var bars []draw.Bar
	for _, shard := range slices.Sorted(maps.Keys(count)) {
		bars = append(bars, draw.Bar{Label: shard, N: count[shard]})
	}
	return draw.Bars(bars, columns)
}
