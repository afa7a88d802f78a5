package cells

import "strings"

const figureHeight = 3

// figure is each character of a number in figures of three rows, readable from the back of a room.
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

// figures writes a number in big figures. A character without one is left out.
func figures(s string) [figureHeight]string {
	var rows [figureHeight][]string
	for _, r := range s {
		if f, ok := figure[r]; ok {
			for n := range rows {
				rows[n] = append(rows[n], f[n])
			}
		}
	}
	var lines [figureHeight]string
	for n, row := range rows {
		lines[n] = strings.Join(row, " ")
	}
	return lines
}
