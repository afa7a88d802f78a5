package sharding

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/crashlab/crashlab/pkg/history"
)

func TestPicture(t *testing.T) {
	for _, c := range []struct {
		h      history.History
		says   string
		shards int
	}{
		{aMove("ring", 0, 0), "0.0 % of the keys moved", 5},
		{aMove("ring", 0.2, 0), "20.0 % of the keys moved", 5},
		{underHeat(200), "200", 4},
		{nil, "", 0},
	} {
		for _, columns := range []int{20, 80, 200} {
			p := picture(c.h, columns)
			if !strings.Contains(p, c.says) || strings.Count(p, "shard-") != c.shards {
				t.Errorf("no %q, or not %d shards:\n%s", c.says, c.shards, p)
			}
			for row := range strings.Lines(p) {
				if n := utf8.RuneCountInString(row); n > max(columns, 40) {
					t.Errorf("%d columns: a row has %d: %s", columns, n, row)
				}
			}
		}
	}
}
