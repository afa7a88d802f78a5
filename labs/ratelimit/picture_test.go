package ratelimit

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/history"
)

// The picture is of the tenant that had most pass, with a row for each half of the limit.
func TestPicture(t *testing.T) {
	var h history.History
	pass := func(tenant string, n int) {
		for range n {
			h = append(h, history.Event{Kind: history.Effect, Name: admitted, Key: tenant})
		}
	}
	pass("quiet", limit)
	pass("bursting", 2*limit)
	p := picture(h, 60)
	top := "= 2.0 × the limit\n2 × limit ┤█\n"
	if !strings.HasPrefix(p, "tenant bursting: ") || !strings.Contains(p, top) || strings.Count(p, "┤█\n") != 4 {
		t.Errorf("got\n%s", p)
	}
	if p := picture(nil, 60); p != "nothing passed" {
		t.Errorf("a picture of nothing: %q", p)
	}
}
