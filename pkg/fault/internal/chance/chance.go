// Package chance makes random draws for faults. They depend only on a seed and a number: they are the same on
// every machine and in any order.
package chance

import "math"

// Mix is the n-th draw under a seed, uniform over all bits (splitmix64, Steele, Lea and Flood, OOPSLA 2014).
func Mix(seed uint64, n uint64) uint64 {
	x := seed*0x9e3779b97f4a7c15 + (n+1)*0xd1342543de82ef95
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Share is the n-th draw under a seed as a number in [0, 1).
func Share(seed uint64, n uint64) float64 { return float64(Mix(seed, n)>>11) / (1 << 53) }

// slim is the probability below which chance is no explanation.
const slim = 1e-4

// MayMiss reports whether chance explains that n draws in a row missed, each of which hits with probability p.
func MayMiss(p float64, n int) bool { return math.Pow(1-p, float64(n)) >= slim }

// MayHit reports whether chance explains that hits of n draws hit, each of which does with probability p: they are
// within four standard deviations of the binomial distribution, and one draw, which matters where n is small.
func MayHit(p float64, n, hits int) bool {
	return math.Abs(float64(hits)-p*float64(n)) <= 4*math.Sqrt(p*(1-p)*float64(n))+1
}
