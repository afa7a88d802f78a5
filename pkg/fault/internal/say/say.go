// Package say formats the numbers in the requests and measurements of faults.
package say

import (
	"fmt"
	"time"
)

// Time writes a duration in milliseconds: "198 ms", "0.20 ms".
func Time(d time.Duration) string {
	switch {
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%.0f ms", float64(d)/1e6)
	case d >= time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.2f ms", float64(d)/1e6)
}

// Size writes a number of bytes in a suitable unit: "50 kB".
func Size(n int64) string {
	switch {
	case n >= 1_000_000_000:
		return fmt.Sprintf("%.3g GB", float64(n)/1e9)
	case n >= 1_000_000:
		return fmt.Sprintf("%.3g MB", float64(n)/1e6)
	case n >= 1000:
		return fmt.Sprintf("%.3g kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d B", n)
}

// Part writes "4.9 % (14 of 286 calls)".
func Part(part, whole int, of string) string {
	if whole == 0 {
		return "no " + of
	}
	return fmt.Sprintf("%.3g %% (%d of %d %s)", 100*float64(part)/float64(whole), part, whole, of)
}
