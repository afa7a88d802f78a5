package geo

import "math"

// STOREDIST keeps a distance with all its digits, and of those of package math the last one may be wrong. Here sine,
// cosine and arcsine are rounded as C has them: from twice the digits. They take ten times as long.

// exactDistance is distance, right to the last digit.
func exactDistance(lon1, lat1, lon2, lat2 float64) float64 {
	v := sine((lon2*degree - lon1*degree) / 2)
	if v == 0 {
		return latDistance(lat1, lat2)
	}
	u := sine((lat2*degree - lat1*degree) / 2)
	a := float64(u*u) + float64(cosine(lat1*degree)*cosine(lat2*degree)*v*v) // each rounded, on every processor
	return 2 * earthRadius * arcsine(math.Sqrt(a))
}

// double is the sum of a number and a far smaller one: it has twice the digits.
type double struct{ hi, lo float64 }

func (a double) plus(b double) double {
	hi := a.hi + b.hi
	part := hi - a.hi
	return sum(hi, (a.hi-(hi-part))+(b.hi-part)+a.lo+b.lo)
}

func (a double) times(b double) double {
	hi := a.hi * b.hi
	return sum(hi, math.FMA(a.hi, b.hi, -hi)+a.hi*b.lo+a.lo*b.hi)
}

func (a double) over(n float64) double {
	hi := a.hi / n
	return sum(hi, (math.FMA(-hi, n, a.hi)+a.lo)/n)
}

// sum is the sum of a number and a smaller one.
func sum(hi, lo float64) double {
	s := hi + lo
	return double{s, lo - (s - hi)}
}

// series sums the powers of x by their factorials, with alternating signs: each second one, from the one that is given
// on, whose exponent is n.
func series(term double, n, x float64) double {
	total := term
	square := double{hi: x}.times(double{hi: x})
	for ; math.Abs(term.hi) > 1e-40; n += 2 {
		term = term.times(square).over(-(n + 1) * (n + 2))
		total = total.plus(term)
	}
	return total
}

func sine(x float64) float64   { return series(double{hi: x}, 1, x).hi }
func cosine(x float64) float64 { return series(double{hi: 1}, 0, x).hi }

// arcsine is a step of Newton's method from what math has.
func arcsine(x float64) float64 {
	y := math.Asin(x)
	s := series(double{hi: y}, 1, y)
	return y + (x-s.hi-s.lo)/math.Cos(y)
}
