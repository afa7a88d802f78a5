// Package chance makes random draws for faults. They depend only on a seed and a number: they are the same on
// every machine and in any order.
package chance

// Mix is the n-th draw under a seed, uniform over all bits (splitmix64, Steele, Lea and Flood, OOPSLA 2014).
func Mix(seed uint64, n uint64) uint64 {
	x := seed*0x9e3779b97f4a7c15 + (n+1)*0xd1342543de82ef95
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Share is the n-th draw under a seed as a number in [0, 1).
func Share(seed uint64, n uint64) float64 { return float64(Mix(seed, n)>>11) / (1 << 53) }
