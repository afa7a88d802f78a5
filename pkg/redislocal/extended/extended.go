// Package extended adds decimal numbers in the precision of Redis's INCRBYFLOAT and HINCRBYFLOAT: the long
// double of x86, with a mantissa of 64 bits, shown with up to 17 decimals. In it 0.1 and 0.2 are 0.3.
package extended

import (
	"math/big"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

const (
	bits     = 64
	maxExp   = 16384 // of the base 2: what a long double holds
	maxChars = 256   // of a number that is read
	decimals = 17
)

// Add returns the sum of two numbers as Redis writes it, or the error of INCRBYFLOAT.
func Add(a, b string) (string, error) {
	x, okX := parse(a)
	y, okY := parse(b)
	if !okX || !okY {
		return "", engine.ErrFloat
	}
	if x.IsInf() || y.IsInf() {
		return "", errNaN
	}
	sum := new(big.Float).SetPrec(bits).Add(x, y)
	if sum.MantExp(nil) > maxExp {
		return "", errNaN
	}
	return format(sum), nil
}

const errNaN engine.Error = "ERR increment would produce NaN or Infinity"

func parse(s string) (*big.Float, bool) {
	if s == "" || len(s) >= maxChars {
		return nil, false
	}
	sign := strings.TrimLeft(s, "+-")
	if len(s)-len(sign) <= 1 && (strings.EqualFold(sign, "inf") || strings.EqualFold(sign, "infinity")) {
		return new(big.Float).SetInf(s[0] == '-'), true
	}
	f, _, err := big.ParseFloat(s, 10, bits, big.ToNearestEven)
	if err != nil || f.IsInf() || f.MantExp(nil) > maxExp {
		return nil, false
	}
	return f, true
}

func format(f *big.Float) string {
	s := f.Text('f', decimals)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}
