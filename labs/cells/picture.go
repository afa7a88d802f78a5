package cells

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/crashlab/crashlab/pkg/history"
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
	o, err := read(h)
	if err != nil {
		return err.Error()
	}
	rows := o.rows()
	gap := " "
	width := 2*perRow + 6 // of a grid with its margin
	if columns < 10+phases*width {
		gap, width = "", max(perRow+3, utf8.RuneCountInString(phaseNames[during])+2)
	}
	var b strings.Builder
	line := func(label string, cell func(phase int) string) {
		row := pad(label, 9)
		for p := range phases {
			row += " " + pad(cell(p), width-1)
		}
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	line("", func(p int) string { return phaseNames[p] })
	label := ""
	for _, row := range rows {
		name := row[0].cells[0]
		if name == label {
			name = ""
		} else {
			label = name
		}
		line(name, func(p int) string { return draw(row, p, gap) })
	}
	line("", func(p int) string {
		if asked, _ := o.sum(p); asked == 0 {
			return "not asked"
		}
		return fmt.Sprintf("%d of %d tenants lost requests", o.hit(p), len(o.tenants))
	})
	b.WriteByte('\n')
	caption := [figureHeight]string{
		"BLAST RADIUS",
		fmt.Sprintf("of the tenants; cells down: %s", strings.Join(o.down, ", ")),
		"█ served   ▒ served by another worker   ░ lost   · asked for nothing",
	}
	for n, text := range figures(percent(o.hit(during), len(o.tenants))) {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-9s %s   %s", "", text, caption[n]), " ") + "\n")
	}
	return b.String()
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

// draw writes a row's tenants in a phase. One that was served by its other cell at any time in it is
// shown so, since its requests begin with either by turns.
func draw(row []*tenant, phase int, gap string) string {
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

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}
