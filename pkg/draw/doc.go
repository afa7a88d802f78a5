// Package draw makes pictures of numbers out of text: bars, sparklines, charts and grids. Its functions
// are pure and take the width in columns. They know no colors, and a character counts as one column.
package draw
