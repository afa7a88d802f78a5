package report

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Style gives words their weight. Its zero value is plain.
type Style struct{ colour bool }

// StyleFor returns colours for a terminal, and plain text for everything else and for users who
// have set NO_COLOR (https://no-color.org).
func StyleFor(w io.Writer) Style { return Style{colour: IsTerminal(w) && os.Getenv("NO_COLOR") == ""} }

// IsTerminal reports whether w is a terminal that can redraw a line.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

func (s Style) paint(code, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s Style) bold(t string) string   { return s.paint("1", t) }
func (s Style) dim(t string) string    { return s.paint("2", t) }
func (s Style) red(t string) string    { return s.paint("31", t) }
func (s Style) green(t string) string  { return s.paint("32", t) }
func (s Style) yellow(t string) string { return s.paint("33", t) }
