package unit

import (
	"testing"
	"time"
)

func TestCount(t *testing.T) {
	for n, want := range map[int]string{
		0: "0", 999: "999", 1000: "1,000", -999: "-999", -1000: "-1,000", 123456: "123,456", 1234567: "1,234,567",
	} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestMany(t *testing.T) {
	for n, want := range map[int]string{0: "0 keys", 1: "1 key", 2860: "2,860 keys"} {
		if got := Many(n, "key"); got != want {
			t.Errorf("Many(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 histories", 1: "1 history", 2: "2 histories"} {
		if got := Many(n, "history", "histories"); got != want {
			t.Errorf("Many(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                              "0 µs",
		9*time.Microsecond + 400:       "9 µs",
		840 * time.Microsecond:         "840 µs",
		999*time.Microsecond + 499:     "999 µs",
		999*time.Microsecond + 500:     "1 ms",
		time.Millisecond:               "1 ms",
		9400 * time.Microsecond:        "9.4 ms",
		9960 * time.Microsecond:        "10 ms",
		10 * time.Millisecond:          "10 ms",
		12300 * time.Microsecond:       "12 ms",
		999 * time.Millisecond:         "999 ms",
		999*time.Millisecond + 600_000: "1 s",
		time.Second:                    "1 s",
		2940 * time.Millisecond:        "2.9 s",
		75 * time.Second:               "75 s",
		2 * time.Hour:                  "7,200 s",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%d) = %q, want %q", d, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	for parts, want := range map[[2]int]string{{0, 0}: "0.0 %", {1, 3}: "33.3 %", {3, 3}: "100.0 %"} {
		if got := Percent(parts[0], parts[1]); got != want {
			t.Errorf("Percent%v = %q, want %q", parts, got, want)
		}
	}
}

func TestShare(t *testing.T) {
	for s, want := range map[float64]string{
		0: "0 %", 0.07: "7 %", 0.25: "25 %", 0.005: "0.5 %", 1. / 3: "33.33 %", 1: "100 %",
	} {
		if got := Share(s); got != want {
			t.Errorf("Share(%g) = %q, want %q", s, got, want)
		}
	}
}
