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
// the end; where the placement did not change, how many gets each shard served while the fault was on.
func picture(h history.History, columns int) string {
	v := invariant.NewView(h)
	c := changeOf(v)
	if c.sum == 0 {
		return ""
	}
	_, count, _ := servedGets(v)
	strip, width := "", max(10, min(columns-30, 60)) // 30: the text beside a row
	if c.from != c.to {
		moved := make([]float64, width) // share of each part of the keys
		for _, e := range c.moved {
			n, _ := slices.BinarySearch(allKeys, e.Value)
			moved[n*width/len(allKeys)] += float64(width) / float64(len(allKeys)*c.copies)
		}
		says := fmt.Sprintf("%.1f %% of the keys moved", 100*float64(len(c.moved))/float64(c.sum))
		strip, count = draw.Grid([]string{draw.Strip(moved), says}), c.owed
	}
	var bars []draw.Bar
	for _, shard := range slices.Sorted(maps.Keys(count)) {
		bars = append(bars, draw.Bar{Label: shard, N: count[shard]})
	}
	return strip + draw.Bars(bars, width)
}
