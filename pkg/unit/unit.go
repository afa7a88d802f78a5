// Package unit is the one spelling of every number that the product prints for people: counts,
// durations and shares. What machines read (JSON, flags) is written elsewhere.
package unit

import (
	"strconv"
	"strings"
	"time"
)

// Count writes n with its thousands separated by commas: "2,860".
func Count[N ~int | ~int64 | ~uint32](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	if digits, minus := strings.CutPrefix(s, "-"); minus {
		return "-" + Thousands(digits)
	}
	return Thousands(s)
}

// Thousands separates the thousands of a whole number by commas; digits is nothing but digits.
func Thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Many writes n things: "1 key", "2,860 keys". The form of more than one is thing with an s, unless
// plural gives another: Many(2, "history", "histories").
func Many(n int, thing string, plural ...string) string {
	switch {
	case n == 1:
	case len(plural) > 0:
		thing = plural[0]
	default:
		thing += "s"
	}
	return Count(n) + " " + thing
}

// Duration writes d with the two digits that matter, in a unit that suits its size: "840 µs", "9.4 ms",
// "11 ms", "2.9 s". Hours are seconds, too: "7,200 s".
func Duration(d time.Duration) string {
	unit, name := time.Microsecond, "µs"
	switch { // by what is shown: what rounds to 1,000 of a unit is 1 of the next
	case d >= time.Second-time.Millisecond/2:
		unit, name = time.Second, "s"
	case d >= time.Millisecond-time.Microsecond/2:
		unit, name = time.Millisecond, "ms"
	}
	v := float64(d) / float64(unit)
	if v >= 10 || unit == time.Microsecond {
		return Thousands(strconv.FormatFloat(v, 'f', 0, 64)) + " " + name
	}
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0") + " " + name
}

// Percent writes the share that part is of whole, with one decimal: "33.3 %". Of nothing it is "0.0 %".
func Percent(part, whole int) string {
	return strconv.FormatFloat(100*float64(part)/float64(max(whole, 1)), 'f', 1, 64) + " %"
}

// Share writes a share from 0 to 1 that somebody chose, with no more digits than it has: "25 %", "0.5 %".
func Share(s float64) string { return strconv.FormatFloat(100*s, 'g', 4, 64) + " %" }
