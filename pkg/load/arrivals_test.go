package load

import (
	"fmt"
	"math"
	"testing"
	"time"
)

var processes = []Arrivals{Poisson, Even}

func TestTheSameSeedGivesTheSameOperations(t *testing.T) {
	for _, process := range processes {
		c := Config{Name: "get", Rate: 500, Duration: 2 * time.Second, Arrivals: process, Seed: 7}
		if a, b := fmt.Sprint(ops(c)), fmt.Sprint(ops(c)); a != b {
			t.Errorf("%s: two schedules of one seed differ", process)
		}
		other := c
		other.Seed = 8
		if fmt.Sprint(ops(c)) == fmt.Sprint(ops(other)) {
			t.Errorf("%s: the seed does nothing", process)
		}
	}
}

func TestArrivalsAreExactInNumberAndInOrder(t *testing.T) {
	for _, process := range append(processes, "") {
		c := Config{Name: "get", Rate: 500, Duration: 2 * time.Second, Arrivals: process, Keys: 3, Seed: 1}
		all, keys := ops(c), map[string]bool{}
		if len(all) != 1000 {
			t.Fatalf("%q: %d operations, want 1000", process, len(all))
		}
		for i, op := range all {
			if op.At < 0 || op.At >= c.Duration || i > 0 && op.At < all[i-1].At {
				t.Fatalf("%q: operation %d is due at %v, after one at %v", process, i, op.At, all[max(0, i-1)].At)
			}
			keys[op.Key] = true
		}
		if len(keys) != 3 {
			t.Errorf("%q: %d keys, want 3", process, len(keys))
		}
	}
}

func TestEvenArrivalsAreOneInEachSlot(t *testing.T) {
	late, all := 0, ops(Config{Name: "get", Rate: 500, Duration: 2 * time.Second, Arrivals: Even, Seed: 1})
	for i, op := range all {
		slot := time.Duration(i) * 2 * time.Millisecond
		if op.At < slot || op.At >= slot+2*time.Millisecond {
			t.Fatalf("operation %d is due at %v, outside its slot", i, op.At)
		}
		if op.At >= slot+time.Millisecond {
			late++
		}
	}
	if late < len(all)*2/5 || late > len(all)*3/5 {
		t.Errorf("%d of %d are due in the second half of their slot, want about half", late, len(all))
	}
}

func TestArrivalsAreAPoissonProcessByDefault(t *testing.T) {
	c := Config{Name: "get", Rate: 100, Duration: time.Second, Seed: 1}
	poisson := c
	poisson.Arrivals = Poisson
	if fmt.Sprint(ops(c)) != fmt.Sprint(ops(poisson)) {
		t.Error("the default is another process")
	}
}

// A rate times a time need not be a whole number.
func TestCountIsRounded(t *testing.T) {
	for c, want := range map[struct {
		rate     float64
		duration time.Duration
	}]int{{100, time.Second}: 100, {3, 500 * time.Millisecond}: 2, {0.1, 4 * time.Second}: 0, {0.7, 10 * time.Second}: 7} {
		if got := (Config{Rate: c.rate, Duration: c.duration}).Count(); got != want {
			t.Errorf("%g a second for %v are %d operations, want %d", c.rate, c.duration, got, want)
		}
	}
}

// The arrival process decides only when operations are due.
func TestKeysAndKindsDoNotDependOnTheArrivals(t *testing.T) {
	even, poisson := shop, shop
	even.Arrivals, poisson.Arrivals = Even, Poisson
	a, b := ops(even), ops(poisson)
	same := 0
	for i := range a {
		if a[i].At == b[i].At {
			same++
		}
		a[i].At, b[i].At = 0, 0
	}
	if fmt.Sprint(a) != fmt.Sprint(b) || same > 1 {
		t.Errorf("other keys or kinds, or the same instants: %d of %d", same, len(a))
	}
}

const (
	statSeeds = 2000
	statCount = 100
)

// statistics returns mean and variance of a number per seed, over many seeds.
func statistics(process Arrivals, of func([]Op) []float64) (mean, variance, n float64) {
	var sum, squares float64
	for seed := range uint64(statSeeds) {
		c := Config{Name: "get", Rate: statCount, Duration: time.Second, Arrivals: process, Seed: seed}
		for _, x := range of(ops(c)) {
			sum, squares, n = sum+x, squares+x*x, n+1
		}
	}
	mean = sum / n
	return mean, squares/n - mean*mean, n
}

// Of n uniform instants each gap, from the start on, is the share x of the load or more with the probability
// (1-x)^n: its mean is 1/(n+1), and its variance n/((n+1)²(n+2)), that is almost the square of its mean, as an
// exponential's is.
func TestGapsOfPoissonArrivalsAreExponential(t *testing.T) {
	const n, limit = statCount, 0.03
	longer := 0.0
	gaps := func(all []Op) (shares []float64) {
		at := time.Duration(0)
		for _, op := range all {
			share := (op.At - at).Seconds()
			shares, at = append(shares, share), op.At
			if share > 1.0/n {
				longer++
			}
		}
		return shares
	}
	mean, variance, count := statistics(Poisson, gaps)
	if want := 1.0 / (n + 1); math.Abs(mean/want-1) > limit {
		t.Errorf("gaps take %.5f of the load on average, want %.5f", mean, want)
	}
	if want := float64(n) / ((n + 1) * (n + 1) * (n + 2)); math.Abs(variance/want-1) > limit {
		t.Errorf("their variance is %.3g, want %.3g", variance, want)
	}
	if share, want := longer/count, math.Pow(1-1.0/n, n); math.Abs(share/want-1) > limit {
		t.Errorf("%.4f are longer than 1/n, want %.4f", share, want)
	}
	if _, even, _ := statistics(Even, gaps); even > variance/3 {
		t.Errorf("the gaps of even arrivals vary by %.3g, those of a Poisson process by %.3g", even, variance)
	}
}

// The number in a window is binomial, wherever the window is.
func TestCountOfPoissonArrivalsInAWindowIsBinomial(t *testing.T) {
	for _, w := range []struct{ from, to float64 }{{0, 0.1}, {0.25, 0.75}, {0.6, 0.63}, {0.9, 1}} {
		count := func(all []Op) []float64 {
			n := 0.0
			for _, op := range all {
				if at := op.At.Seconds(); at >= w.from && at < w.to {
					n++
				}
			}
			return []float64{n}
		}
		mean, variance, seeds := statistics(Poisson, count)
		p := w.to - w.from
		wantMean, wantVariance := statCount*p, statCount*p*(1-p)
		if off := math.Abs(mean - wantMean); off > 4*math.Sqrt(wantVariance/seeds) {
			t.Errorf("%v: %.2f on average, want %.2f", w, mean, wantMean)
		}
		// A variance estimated from m samples deviates by about √(2/m) of it.
		if off := math.Abs(variance/wantVariance - 1); off > 4*math.Sqrt(2/seeds) {
			t.Errorf("%v: variance %.2f, want %.2f", w, variance, wantVariance)
		}
	}
}
