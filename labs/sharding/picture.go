package sharding

import (
	"fmt"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// picture draws all keys in order, the darker the more of them moved, and below them what each shard has in
// the end; where the placement did not change, how many requests each shard served while the fault was on.
func picture(h history.History, columns int) string {
	c, err := changeOf(invariant.NewView(h))
	if err != nil {
		return ""
	}
	strip, count, width := "", c.served, max(10, min(columns-30, 60)) // 30: the text beside a row
	if c.from != c.to {
		moved := make([]float64, width) // share of each part of the keys
		for _, e := range c.moved {
			n, _ := slices.BinarySearch(allKeys, e.Value)
			moved[n*width/len(allKeys)] += float64(width) / float64(len(allKeys)*c.copies)
		}
		says := fmt.Sprintf("%.1f %% of the keys moved", 100*c.share().Value)
		strip, count = draw.Grid([]string{draw.Strip(moved), says}), c.owed
	}
	var bars []draw.Bar
	for _, shard := range slices.Sorted(maps.Keys(count)) {
		bars = append(bars, draw.Bar{Label: shard, N: count[shard]})
	}
	return strip + draw.Bars(bars, width)
}
