package report

import (
	"fmt"
	"io"
	"os"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// Style is how a page is written: in color or not, how wide, and in how much detail.
type Style struct {
	Verbose bool // write evidence in full, and each invariant's claim

	color bool
	width int // columns
}

// Plain is for files, pipes and everything else that is not a terminal.
var Plain = Style{width: 120}

// StyleFor returns colors and the true width for a terminal, and [Plain] for everything else. With NO_COLOR
// set (https://no-color.org) there are no colors.
func StyleFor(w io.Writer) Style {
	columns, ok := virtual.Terminal(w)
	if !ok || !IsTerminal(w) {
		return Plain
	}
	s := Style{color: os.Getenv("NO_COLOR") == "", width: Plain.width}
	if columns > 0 {
		s.width = columns
	}
	return s
}

// IsTerminal reports whether w is a terminal that can redraw a line.
func IsTerminal(w io.Writer) bool {
	_, ok := virtual.Terminal(w)
	return ok && os.Getenv("TERM") != "dumb"
}

func (s Style) paint(code, text string) string {
	if !s.color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s Style) bold(t string) string   { return s.paint("1", t) }
func (s Style) dim(t string) string    { return s.paint("2", t) }
func (s Style) red(t string) string    { return s.paint("31", t) }
func (s Style) green(t string) string  { return s.paint("32", t) }
func (s Style) yellow(t string) string { return s.paint("33", t) }

// Status writes an invariant's status in its color, padded to the width of the longest.
func (s Style) Status(status invariant.Status) string {
	padded := fmt.Sprintf("%-8s", status)
	switch status {
	case invariant.Holds:
		return s.green(padded)
	case invariant.Violated:
		return s.red(padded)
	default:
		return s.yellow(padded)
	}
}
