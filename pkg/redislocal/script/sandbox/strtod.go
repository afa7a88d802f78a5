package sandbox

import (
	"math"
	"strconv"
	"strings"
)

// strtod reads the number that a text begins with, as C's function of that name does, and returns its length: 0
// if there is none.
func strtod(s string) (float64, int) {
	sign := 0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign = 1
	}
	f, n := magnitude(s[sign:])
	if n == 0 {
		return 0, 0
	}
	if sign == 1 && s[0] == '-' {
		f = math.Copysign(f, -1)
	}
	return f, sign + n
}

// magnitude is strtod without a sign.
func magnitude(s string) (float64, int) {
	for _, word := range []string{"infinity", "inf", "nan"} {
		if len(s) >= len(word) && strings.EqualFold(s[:len(word)], word) {
			f, _ := strconv.ParseFloat(word, 64) // it is one
			return f, len(word)
		}
	}
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		if n := digits(s[2:], hexadecimal); n > 0 {
			end := 2 + n
			text := s[:end] + "p0"
			if n := exponent(s[end:], 'p'); n > 0 {
				end += n
				text = s[:end]
			}
			f, _ := strconv.ParseFloat(text, 64) // out of range is infinite or 0
			return f, end
		}
	}
	n := digits(s, decimal)
	if n == 0 {
		return 0, 0
	}
	n += exponent(s[n:], 'e')
	f, _ := strconv.ParseFloat(s[:n], 64) // out of range is infinite or 0
	return f, n
}

func decimal(c byte) bool     { return c >= '0' && c <= '9' }
func hexadecimal(c byte) bool { return decimal(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// digits is the length of digits with or without a point among them; 0 if there is no digit.
func digits(s string, is func(byte) bool) int {
	n, point := 0, false
	for n < len(s) && (is(s[n]) || s[n] == '.' && !point) {
		point = point || s[n] == '.'
		n++
	}
	if n == 1 && point {
		return 0
	}
	return n
}

// exponent is the length of an exponent; 0 if there is none.
func exponent(s string, mark byte) int {
	if s == "" || s[0]|0x20 != mark {
		return 0
	}
	at := 1
	if at < len(s) && (s[at] == '-' || s[at] == '+') {
		at++
	}
	start := at
	for at < len(s) && decimal(s[at]) {
		at++
	}
	if at == start {
		return 0
	}
	return at
}

// strtoul reads a whole number in a base, as C's function of that name does, and returns its length: 0 if there
// is none. One that is too large is the largest.
func strtoul(s string, base int) (uint64, int) {
	at := 0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		at = 1
	}
	if base == 16 && len(s) > at+2 && s[at] == '0' && s[at+1]|0x20 == 'x' && hexadecimal(s[at+2]) {
		at += 2
	}
	start := at
	for at < len(s) {
		if _, err := strconv.ParseUint(s[at:at+1], base, 8); err != nil {
			break
		}
		at++
	}
	if at == start {
		return 0, 0
	}
	n, err := strconv.ParseUint(s[start:at], base, 64) // out of range is the largest
	if s[0] == '-' && err == nil {
		n = -n
	}
	return n, at
}
