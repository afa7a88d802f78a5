package cloudwatch

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// maxDistinct is how many different values an aggregate keeps exactly, for percentiles. Beyond it values keep three
// significant digits, so that their number is bounded.
const maxDistinct = 1000

// aggregate sums up the values of a span of time.
type aggregate struct {
	count, sum, min, max float64
	values               []weighted // ascending; for percentiles
	coarse               bool       // values have three digits
	opaque               bool       // a statistic set hides its values: there are no percentiles
}

type weighted struct{ value, count float64 }

// add adds a value that occurred count times.
func (a *aggregate) add(value, count float64) {
	a.widen(value, value)
	a.count += count
	a.sum += value * count
	a.weigh(value, count)
}

func (a *aggregate) widen(least, most float64) {
	if a.count == 0 {
		a.min, a.max = least, most
		return
	}
	a.min, a.max = min(a.min, least), max(a.max, most)
}

// addSet adds a statistic set. It has percentiles only if all of its values must be the same.
func (a *aggregate) addSet(s *statisticSet) {
	if s.Minimum == s.Maximum {
		a.add(s.Minimum, s.SampleCount)
		return
	}
	a.widen(s.Minimum, s.Maximum)
	a.count += s.SampleCount
	a.sum += s.Sum
	a.hide()
}

func (a *aggregate) hide() { a.opaque, a.values = true, nil }

func (a *aggregate) merge(b *aggregate) {
	if b.count == 0 {
		return
	}
	a.widen(b.min, b.max)
	a.count += b.count
	a.sum += b.sum
	if b.opaque {
		a.hide()
	}
	for _, v := range b.values {
		a.weigh(v.value, v.count)
	}
}

func (a *aggregate) weigh(value, count float64) {
	if a.opaque {
		return
	}
	if a.coarse {
		value = threeDigits(value)
	}
	at, found := slices.BinarySearchFunc(a.values, value, func(w weighted, v float64) int {
		return cmp.Compare(w.value, v)
	})
	if found {
		a.values[at].count += count
		return
	}
	a.values = slices.Insert(a.values, at, weighted{value, count})
	if len(a.values) > maxDistinct && !a.coarse {
		a.coarse = true
		exact := a.values
		a.values = nil
		for _, v := range exact {
			a.weigh(v.value, v.count)
		}
	}
}

func threeDigits(v float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64)
	if err != nil {
		return v // what was formatted can be parsed
	}
	return rounded
}

// percentile returns the value that at least that percentage of the values does not exceed, if the values are known.
func (a *aggregate) percentile(p float64) (float64, bool) {
	if a.opaque || len(a.values) == 0 {
		return 0, false
	}
	rank, below := a.count*p/100, 0.0
	for _, v := range a.values {
		if below += v.count; below >= rank-1e-9 {
			return min(max(v.value, a.min), a.max), true
		}
	}
	return a.max, true
}

// statistic is a way to make one number of an aggregate.
type statistic func(*aggregate) (float64, bool)

var statistics = map[string]statistic{
	"SampleCount": func(a *aggregate) (float64, bool) { return a.count, true },
	"Average":     func(a *aggregate) (float64, bool) { return a.sum / a.count, true },
	"Sum":         func(a *aggregate) (float64, bool) { return a.sum, true },
	"Minimum":     func(a *aggregate) (float64, bool) { return a.min, true },
	"Maximum":     func(a *aggregate) (float64, bool) { return a.max, true },
}

// statisticOf finds a statistic by its name: "Average", "p99.9".
func statisticOf(name string) (statistic, bool) {
	if s := statistics[name]; s != nil {
		return s, true
	}
	return percentileOf(name)
}

func percentileOf(name string) (statistic, bool) {
	if len(name) < 2 || len(name) > 14 || name[0] != 'p' {
		return nil, false
	}
	p, err := strconv.ParseFloat(name[1:], 64)
	if err != nil || math.IsNaN(p) || p < 0 || p > 100 || name[1] == '+' || name[1] == '-' {
		return nil, false
	}
	return func(a *aggregate) (float64, bool) { return a.percentile(p) }, true
}
