package cells

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// perRow is how many tenants stand in a row of the grid: as many as have a cell and another in a fleet of 8, so that a
// shuffle's rows become a triangle, and a fleet with one cell gets several rows.
const perRow = 14

// picture draws the tenants as a grid, in rows of the first cell that each has, before, during and after the fault, and
// which share of them it hit in big figures.
func picture(h history.History, columns int) string {
	o, err := read(invariant.NewView(h))
	if err != nil {
		return err.Error()
	}
	gap := " "
	if columns < len("cell-1")+3*(2+2*perRow) {
		gap = ""
	}
	line := func(label string, cell func(invariant.Phase) string) []string {
		return []string{label, cell(invariant.Before), cell(during), cell(invariant.After)}
	}
	grid := [][]string{{"", "before", "during the fault", "after"}}
	for c := range o.cells {
		label := cellName(c)
		first := slices.DeleteFunc(slices.Clone(o.tenants), func(t *tenant) bool { return t.cells[0] != label })
		for row := range slices.Chunk(first, perRow) {
			grid = append(grid, line(label, func(p invariant.Phase) string { return glyphs(row, p, gap) }))
			label = ""
		}
	}
	grid = append(grid, line("", func(p invariant.Phase) string {
		if o.heard(p, 1) == 0 {
			return "not asked"
		}
		return fmt.Sprintf("%d of %d tenants hit", o.hit(p), len(o.tenants))
	}))
	return draw.Grid(grid...) + "\n" + draw.Figures(unit.Percent(o.hit(during), len(o.tenants)),
		"BLAST RADIUS: tenants that lost requests", "cells down: "+strings.Join(o.down, ", "),
		"█ served ▒ by another worker ░ lost · not asked")
}

// glyphs draws a row's tenants in a phase, each by the worst that happened to a request of it.
func glyphs(row []*tenant, p invariant.Phase, gap string) string {
	cells := make([]string, len(row))
	for n, t := range row {
		switch {
		case len(t.phase[p]) == 0:
			cells[n] = "·"
		case t.lost(p) > 0:
			cells[n] = "░"
		case t.second[p] > 0:
			cells[n] = "▒"
		default:
			cells[n] = "█"
		}
	}
	return strings.Join(cells, gap)
}
