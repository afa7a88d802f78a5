// Package unit formats every number that the product prints for people: counts, durations and shares.
// Machine-readable output (JSON, flags) is formatted elsewhere.
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

// Thousands separates the thousands of a whole number by commas; digits contains only digits.
func Thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Many writes n things: "1 key", "2,860 keys". The plural is thing with an s, unless plural is given: Many(2,
// "history", "histories").
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

// Duration writes d with two significant digits in a suitable unit: "840 µs", "9.4 ms", "11 ms", "2.9 s".
// Hours are also in seconds: "7,200 s".
func Duration(d time.Duration) string {
	unit, name := time.Microsecond, "µs"
	switch { // by the rounded number: 1,000 of a unit is 1 of the next
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

// Percent writes part as a share of whole, with one decimal: "33.3 %". If whole is 0 it is "0.0 %".
func Percent(part, whole int) string {
	return strconv.FormatFloat(100*float64(part)/float64(max(whole, 1)), 'f', 1, 64) + " %"
}

// Share writes a chosen share from 0 to 1, with no more digits than it has: "25 %", "0.5 %".
func Share(s float64) string { return strconv.FormatFloat(100*s, 'g', 4, 64) + " %" }
