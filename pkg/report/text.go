package report

import (
	"strings"
	"unicode/utf8"
)

// narrowest is the minimum width of a text, however narrow the terminal is.
const narrowest = 20

// wrap breaks text between words into rows of at most that many columns. A longer word has its own row, and
// runs of spaces stay unless a row ends there.
func wrap(text string, columns int) []string {
	var rows []string
	row := ""
	for n, word := range strings.Split(text, " ") {
		switch {
		case n == 0:
			row = word
		case row != "" && utf8.RuneCountInString(row)+1+utf8.RuneCountInString(word) > columns:
			rows = append(rows, row)
			row = word
		default:
			row += " " + word
		}
	}
	return append(rows, row)
}

// hang writes text after lead, in rows of at most that many columns that all begin below the first.
func hang(lead, text string, columns int) []string {
	indent := utf8.RuneCountInString(lead)
	rows := wrap(text, max(narrowest, columns-indent))
	for n := range rows {
		rows[n] = strings.TrimRight(lead+rows[n], " ")
		lead = strings.Repeat(" ", indent)
	}
	return rows
}

// cut shortens text to that many columns, and marks it with "…". It cuts between clauses if that leaves half
// of the room, else between words.
func cut(text string, columns int) string {
	runes := []rune(text)
	if len(runes) <= columns {
		return text
	}
	room := string(runes[:max(0, columns-1)]) // for the words and the space before the mark
	end := strings.LastIndexByte(room, ' ')
	for _, clause := range []string{"; ", ", ", ": "} {
		if at := strings.LastIndex(room, clause); utf8.RuneCountInString(room[:max(0, at)]) > columns/2 {
			end = at
			break
		}
	}
	if end <= 0 {
		return string(runes[:max(0, columns-1)]) + "…"
	}
	return strings.TrimRight(room[:end], " ,;:") + " …"
}

// lines splits a block into its lines.
func lines(block string) []string { return strings.Split(strings.TrimRight(block, "\n"), "\n") }
