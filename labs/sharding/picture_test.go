package sharding

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPicture(t *testing.T) {
	for _, c := range []struct {
		share float64
		says  string
	}{{0, "0.0 % of the keys moved"}, {0.2, "20.0 % of the keys moved"}} {
		for _, columns := range []int{20, 80, 200} {
			p := picture(aMove("ring", c.share, 0), columns)
			if !strings.Contains(p, c.says) || strings.Count(p, "shard-") != 5 {
				t.Errorf("no %q, or not 5 shards:\n%s", c.says, p)
			}
			for row := range strings.Lines(p) {
				if n := utf8.RuneCountInString(row); n > max(columns, 40) {
					t.Errorf("%d columns: a row has %d: %s", columns, n, row)
				}
			}
		}
	}
	if p := picture(nil, 80); p != "" {
		t.Errorf("a picture of nothing: %q", p)
	}
}
