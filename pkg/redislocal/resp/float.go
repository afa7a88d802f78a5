package resp

import (
	"bytes"
	"math"
	"strconv"
)

// FormatFloat writes a number as Redis does: a whole one below 2^62 as an integer, any other with the fewest digits
// that read back the same, and with an exponent where that is Redis's choice: 1700000000.123456, but
// 1.7000000001234567e+9.
func FormatFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	case f == 0 && math.Signbit(f):
		return "-0"
	case f == math.Trunc(f) && math.Abs(f) <= 1<<62:
		return strconv.FormatInt(int64(f), 10)
	}
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
	at := bytes.IndexByte(text, 'e')
	exponent, _ := strconv.Atoi(string(text[at+1:])) // it is a number
	digits := len(bytes.TrimPrefix(text[:at], []byte("-")))
	if digits > 1 {
		digits-- // the point
	}
	scale := exponent + 1 - digits // the number is its digits, as an integer, times ten to this
	if scale >= 0 && exponent < digits+7 || scale < 0 && (scale > -7 || max(exponent, -exponent) < 4) {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	if text[at+2] == '0' {
		text = append(text[:at+2], text[at+3:]...) // Redis has no zero before a digit there
	}
	return string(text)
}
