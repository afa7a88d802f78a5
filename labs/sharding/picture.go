package sharding

import (
	"fmt"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// beside is how many columns the text beside a row takes.
const beside = 30

// picture draws all keys in order, the darker the more of them moved, and below them what each shard has in
// the end; where the placement did not change, how many requests each shard served while the fault was on.
func picture(h history.History, columns int) string {
	v, width := invariant.NewView(h), max(10, min(columns-beside, 60))
	c, err := changeOf(v)
	if err != nil {
		return ""
	}
	strip, count := "", servedInFault(v)
	if c.from != c.to {
		strip, count = draw.Grid([]string{draw.Strip(c.movedOf(width)), fmt.Sprintf("%.1f %% of the keys moved", 100*c.movedShare().Value)}), c.owed
	}
	var bars []draw.Bar
	for _, shard := range slices.Sorted(maps.Keys(count)) {
		bars = append(bars, draw.Bar{Label: shard, N: count[shard]})
	}
	return strip + draw.Bars(bars, width)
}

// movedOf cuts the keys in their order into parts, and returns which share of each has moved.
func (c change) movedOf(parts int) []float64 {
	all, moved := make([]float64, parts), make([]float64, parts)
	for n := range allKeys {
		all[n*parts/len(allKeys)] += float64(c.copies)
	}
	for _, e := range c.moved {
		n, _ := slices.BinarySearch(allKeys, e.Value)
		moved[n*parts/len(allKeys)]++
	}
	return draw.Ratio(moved, all)
}
