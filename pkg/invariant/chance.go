package invariant

import "math"

// sure is the probability with which a true prediction of [Unlucky] holds.
const sure = 0.999

// Unlucky returns how many of n independent trials fail at most, if each fails with probability p: the quantile 0.999
// of the binomial distribution. A design of which more fail is worse than p.
func Unlucky(n int, p float64) (most int) {
	if p <= 0 {
		return 0
	}
	factorial := func(n int) float64 { f, _ := math.Lgamma(float64(n + 1)); return f }
	for sum := 0.0; most < n; most++ {
		k, rest := float64(most), float64(n-most)
		sum += math.Exp(factorial(n) - factorial(most) - factorial(n-most) + k*math.Log(p) + rest*math.Log1p(-p))
		if sum >= sure {
			break
		}
	}
	return most
}

// Unless returns inv, undecided where why gives a reason: under such a load a finding of that status would say nothing
// of the design, because another would have it as well.
func (i Invariant) Unless(why func(v *View, found Status) string) Invariant {
	check := i.Check
	i.Check = func(v *View) Finding {
		f := check(v)
		if reason := why(v, f.Status); f.Status != Unknown && reason != "" {
			return Undecided("%s; %s", f.Evidence, reason)
		}
		return f
	}
	return i
}
