package attr

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// The limits of a number, from the developer guide: 38 significant digits, and a magnitude
// from 1E-130 to 9.99…E+125.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

// AWS's messages for invalid numbers.
const (
	errOverflow  = problem("Number overflow. Attempting to store a number with magnitude larger than supported range")
	errUnderflow = problem("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	errPrecision = problem("Attempting to store more than 38 significant digits in a Number")
	errNotNumber = problem("The parameter cannot be converted to a numeric value")
)

// Number is a decimal: ± 0.digits × 10^exp. The digits have no zero at either end, so equal numbers are equal
// structs. The zero value is 0.
type Number struct {
	digits string // ASCII; empty for 0
	exp    int16
	neg    bool
}

// ParseNumber reads a decimal with an optional sign, fraction and exponent: "-12.50", ".5", "1e3".
func ParseNumber(s string) (Number, error) {
	if s == "" {
		return Number{}, errNotNumber
	}
	mantissa, exponent, ok := splitExponent(s)
	if !ok {
		return Number{}, fmt.Errorf("%w: %s", errNotNumber, s)
	}
	neg := false
	if mantissa != "" && (mantissa[0] == '-' || mantissa[0] == '+') {
		neg = mantissa[0] == '-'
		mantissa = mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return Number{}, fmt.Errorf("%w: %s", errNotNumber, s)
	}
	n, err := newNumber(neg, whole+fraction, len(whole)+exponent)
	if err == nil && n.digits == "" { // AWS also checks a zero's exponent against the limits
		err = checkExponent(exponent)
	}
	return n, err
}

// checkExponent checks the power of ten of a number's first digit.
func checkExponent(exponent int) error {
	switch {
	case exponent > maxExponent:
		return errOverflow
	case exponent < minExponent:
		return errUnderflow
	}
	return nil
}

// newNumber makes ± 0.digits × 10^exp canonical and checks it against the limits.
func newNumber(neg bool, digits string, exp int) (Number, error) {
	significant := strings.TrimLeft(digits, "0")
	exp -= len(digits) - len(significant)
	significant = strings.TrimRight(significant, "0")
	if significant == "" {
		return Number{}, nil
	}
	if err := checkExponent(exp - 1); err != nil {
		return Number{}, err
	}
	if len(significant) > maxDigits {
		return Number{}, errPrecision
	}
	return Number{significant, int16(exp), neg}, nil
}

// splitExponent cuts "1.5e-3" into "1.5" and -3. Exponents are clamped far beyond any legal one,
// so that "1e99999999" is an overflow and not a syntax error; AWS's stop being numbers past 64 bits.
func splitExponent(s string) (mantissa string, exponent int, ok bool) {
	const clamp = 1 << 16
	at := strings.IndexAny(s, "eE")
	if at < 0 {
		return s, 0, true
	}
	mantissa, digits := s[:at], s[at+1:]
	if !allDigits(strings.TrimLeft(digits, "+-")) {
		return "", 0, false
	}
	wide, err := strconv.ParseInt(digits, 10, 64)
	return mantissa, int(max(-clamp, min(wide, clamp))), err == nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// String returns the canonical form: plain notation without superfluous zeros.
func (n Number) String() string { return string(n.append(nil)) }

func (n Number) append(dst []byte) []byte {
	if n.digits == "" {
		return append(dst, '0')
	}
	if n.neg {
		dst = append(dst, '-')
	}
	point := int(n.exp) // digits before the decimal point
	switch {
	case point <= 0:
		dst = append(dst, "0."...)
		dst = appendZeros(dst, -point)
		return append(dst, n.digits...)
	case point >= len(n.digits):
		dst = append(dst, n.digits...)
		return appendZeros(dst, point-len(n.digits))
	default:
		dst = append(dst, n.digits[:point]...)
		dst = append(dst, '.')
		return append(dst, n.digits[point:]...)
	}
}

func appendZeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}

// Compare orders numbers by value.
func (n Number) Compare(m Number) int {
	if n.sign() != m.sign() {
		return n.sign() - m.sign()
	}
	magnitude := int(n.exp) - int(m.exp)
	if magnitude == 0 {
		magnitude = strings.Compare(n.digits, m.digits)
	}
	return n.sign() * magnitude
}

func (n Number) sign() int {
	switch {
	case n.digits == "":
		return 0
	case n.neg:
		return -1
	}
	return 1
}

// Neg returns -n.
func (n Number) Neg() Number {
	n.neg = n.digits != "" && !n.neg
	return n
}

// Add returns n + m exactly. A sum of more than 38 digits is an overflow, as on AWS, where arithmetic never
// rounds.
func (n Number) Add(m Number) (Number, error) {
	// Both as integers in units of the last digit of the finer one.
	unit := min(n.lastDigit(), m.lastDigit())
	sum := n.scaled(unit)
	sum.Add(sum, m.scaled(unit))
	digits := new(big.Int).Abs(sum).String()
	total, err := newNumber(sum.Sign() < 0, digits, len(digits)+unit)
	if errors.Is(err, errPrecision) {
		err = errOverflow
	}
	return total, err
}

// lastDigit is the power of ten of the last significant digit.
func (n Number) lastDigit() int { return int(n.exp) - len(n.digits) }

func (n Number) scaled(unit int) *big.Int {
	i := new(big.Int)
	if n.digits == "" {
		return i
	}
	i.SetString(n.digits+strings.Repeat("0", n.lastDigit()-unit), 10)
	if n.neg {
		i.Neg(i)
	}
	return i
}

// AppendOrdered appends an encoding whose bytes sort like the numbers and which marks its own end: a byte for
// the sign, one for the exponent, the digits, and a terminator. Negative numbers are complemented, so that
// the larger magnitude comes first.
func (n Number) AppendOrdered(dst []byte) []byte {
	const negative, zero, positive = 1, 2, 3
	if n.digits == "" {
		return append(dst, zero)
	}
	exponent := byte(int(n.exp) - 1 - minExponent)
	if !n.neg {
		dst = append(dst, positive, exponent)
		dst = append(dst, n.digits...)
		return append(dst, 0)
	}
	dst = append(dst, negative, ^exponent)
	for i := range len(n.digits) {
		dst = append(dst, ^n.digits[i])
	}
	return append(dst, 0xFF)
}

// Int returns a whole number.
func Int(i int) Number {
	n, _ := ParseNumber(strconv.Itoa(i)) // every int is in range
	return n
}

// Int64 returns the whole part; ok is false if it does not fit.
func (n Number) Int64() (whole int64, ok bool) {
	text := n.String()
	text, _, _ = strings.Cut(text, ".")
	whole, err := strconv.ParseInt(text, 10, 64)
	return whole, err == nil
}
