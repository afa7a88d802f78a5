package fault

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRandomWindowsLieInTheirSpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "from"))
		span := time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "span"))
		n := rapid.IntRange(1, 50).Draw(t, "n")
		length := time.Duration(rapid.Int64Range(1, max(1, int64(span)/int64(n))).Draw(t, "length"))
		s, err := random(Switch{}, from, from+span, n, length, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			if int64(span) < int64(n) {
				return
			}
			t.Fatal(err)
		}
		end := from
		for _, w := range s {
			if w.From < end || w.To-w.From != length || w.To > from+span {
				t.Fatalf("%v after %v", w, end)
			}
			end = w.To
		}
	})
}
