package invariant

import (
	"testing"
	"time"
)

func TestNumbersInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 µs", 840 * time.Microsecond: "840 µs", 9*time.Microsecond + 400: "9 µs", time.Millisecond: "1 ms", 9400 * time.Microsecond: "9.4 ms",
		10 * time.Millisecond: "10 ms", 12300 * time.Microsecond: "12 ms", 999 * time.Millisecond: "999 ms", time.Second: "1 s", 2940 * time.Millisecond: "2.9 s", 75 * time.Second: "75 s",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%d) = %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", -999: "-999", -1000: "-1,000", 1234567: "1,234,567"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 keys", 1: "1 key", 2860: "2,860 keys"} {
		if got := many(n, "key"); got != want {
			t.Errorf("many(%d) = %q, want %q", n, got, want)
		}
	}
	if got := percent(1, 3); got != "33.3 %" {
		t.Error(got)
	}
	if got := percent(0, 0); got != "0.0 %" {
		t.Error(got)
	}
}
