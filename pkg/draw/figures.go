package draw

import "strings"

const figureHeight = 3

// figure is each character of a number in three rows, readable from the back of a room.
var figure = map[rune][figureHeight]string{
	'0': {"█▀█", "█ █", "▀▀▀"},
	'1': {"▄█ ", " █ ", "▀▀▀"},
	'2': {"▀▀█", "█▀▀", "▀▀▀"},
	'3': {"▀▀█", " ▀█", "▀▀▀"},
	'4': {"█ █", "▀▀█", "  ▀"},
	'5': {"█▀▀", "▀▀█", "▀▀▀"},
	'6': {"█▀▀", "█▀█", "▀▀▀"},
	'7': {"▀▀█", "  █", "  ▀"},
	'8': {"█▀█", "█▀█", "▀▀▀"},
	'9': {"█▀█", "▀▀█", "▀▀▀"},
	'.': {" ", " ", "▀"},
	'%': {"▀ █", " █ ", "▀ ▀"},
	' ': {" ", " ", " "},
}

// Figures writes a number in big figures, with a line of caption beside each of their three rows. A
// character without a figure is left out.
func Figures(number string, caption ...string) string {
	var lines [figureHeight][]string
	for _, r := range number {
		for n, part := range figure[r] {
			if part != "" {
				lines[n] = append(lines[n], part)
			}
		}
	}
	rows := make([][]string, figureHeight)
	for n, parts := range lines {
		rows[n] = []string{strings.Join(parts, " ")}
		if n < len(caption) {
			rows[n] = append(rows[n], caption[n])
		}
	}
	return Grid(rows...)
}
