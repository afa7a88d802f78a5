package gateway

import "testing"

// However many calls fail, the retries are the budget's share of them, and what it had saved up.
func TestBudgetBoundsRetries(t *testing.T) {
	for _, share := range []float64{0.0625, 0.125, 0.5} { // shares that floats add up exactly
		b := &budget{share: share, most: 3}
		for range 1000 { // all is well, and the savings have a bound
			b.deposit()
		}
		const calls = 800
		retries := 0
		for range calls {
			b.deposit()
			for range 100 {
				if b.withdraw() {
					retries++
				}
			}
		}
		if most := int(calls*share) + 3; retries > most || retries < most-1 {
			t.Errorf("%d retries of %d calls at a share of %g, want %d", retries, calls, share, most)
		}
	}
}

func TestNoBudgetIsNoBound(t *testing.T) {
	var b *budget
	b.deposit()
	if !b.withdraw() {
		t.Error("a retry is refused")
	}
}
