package chance

import "testing"

func TestChanceExplainsOnlySoMuch(t *testing.T) {
	for _, c := range []struct {
		p       float64
		n, hits int
		may     bool
	}{{0.3, 65, 18, true}, {0.3, 100, 0, false}, {0.3, 100, 60, false}, {1, 10, 10, true}, {1, 10, 5, false}} {
		if got := MayHit(c.p, c.n, c.hits); got != c.may {
			t.Errorf("%+v: %t", c, got)
		}
	}
	if !MayMiss(0.3, 20) || MayMiss(0.3, 30) || MayMiss(1, 1) || !MayMiss(1, 0) {
		t.Error("how many misses in a row are chance")
	}
}
