package sharding

import (
	"fmt"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// picture draws all keys in order, the darker the more of them moved, and below them what each shard
// has in the end, or how many requests it served where nothing moved.
func picture(h history.History, columns int) string {
	v, width := invariant.NewView(h), max(10, min(columns-30, 60))
	if c, err := changeOf(v, resharded); err == nil {
		moved := fmt.Sprintf("%.1f %% of the keys moved", 100*c.movedShare())
		return draw.Grid([]string{draw.Strip(movedShares(v, c, width)), moved}) + shardBars(keysOn(v), width)
	}
	if _, err := changeOf(v, heated); err == nil {
		return shardBars(servedUnderHeat(v), width)
	}
	return ""
}

// movedShares cuts the keys in their order into columns, and returns which share of each has moved.
func movedShares(v *invariant.View, c change, columns int) []float64 {
	var keys []string
	for e := range v.Effects(owed) {
		keys = append(keys, e.Value)
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
