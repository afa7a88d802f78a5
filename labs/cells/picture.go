package cells

import (
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// perRow is how many tenants stand in a row of the grid: as many as have a cell and another in a fleet
// of 8, so that a shuffle's rows become a triangle, and a fleet with one cell gets several rows.
const perRow = 14

// glyphs show a tenant by its last request.
var glyphs = map[kind]rune{unseen: '·', servedAtOnce: '█', servedSecond: '▒', lost: '░'}

var phaseNames = [phases]string{"before", "during the fault", "after"}

// picture draws the tenants as a grid, in rows of the first cell that each has, before, during and
// after the fault, and which share of them it hit in big figures.
func picture(h history.History, columns int) string {
	o, err := read(invariant.NewView(h))
	if err != nil {
		return err.Error()
	}
	gap := " "
	if columns < len("cell-1")+phases*(2+2*perRow) {
		gap = ""
	}
	grid := [][]string{append([]string{""}, phaseNames[:]...)}
	label := ""
	for _, row := range o.rows() {
		name := row[0].cells[0]
		if name == label {
			name = ""
		} else {
			label = name
		}
		grid = append(grid, line(name, func(phase int) string { return glyphsOf(row, phase, gap) }))
	}
	grid = append(grid, line("", func(phase int) string {
		if o.asked(phase) == 0 {
			return "not asked"
		}
		return fmt.Sprintf("%d of %d tenants hit", o.hit(phase), len(o.tenants))
	}))
	return draw.Grid(grid...) + "\n" +
		draw.Figures(unit.Percent(o.hit(during), len(o.tenants)), "BLAST RADIUS", "of the tenants lost requests", "cells down: "+strings.Join(o.down, ", ")) +
		"\n█ served  ▒ by another worker  ░ lost  · asked for nothing\n"
}

// line is a row of the grid: a label and a cell for each phase.
func line(label string, cell func(phase int) string) []string {
	row := []string{label}
	for phase := range phases {
		row = append(row, cell(phase))
	}
	return row
}

// rows returns the tenants by their first cell, at most perRow a row.
func (o *outcome) rows() [][]*tenant {
	var rows [][]*tenant
	for c := range o.cells {
		var row []*tenant
		for _, t := range o.tenants {
			if t.cells[0] != cellName(c) {
				continue
			}
			if len(row) == perRow {
				rows = append(rows, row)
				row = nil
			}
			row = append(row, t)
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// glyphsOf draws a row's tenants in a phase. One that was served by its other cell at any time in it is
// shown so, since its requests take turns at which cell they try first.
func glyphsOf(row []*tenant, phase int, gap string) string {
	var cells []string
	for _, t := range row {
		r := t.phase[phase]
		k := r.last
		if k == servedAtOnce && r.second > 0 {
			k = servedSecond
		}
		cells = append(cells, string(glyphs[k]))
	}
	return strings.Join(cells, gap)
}
