package engine

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ParseInt reads a 64-bit integer as Redis does: no sign but -, no leading zero, no space.
func ParseInt(s string) (int64, bool) {
	if s == "" || len(s) > 20 || s[0] == '+' || len(s) > 1 && (s[0] == '0' || s[0] == '-' && s[1] == '0') {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// ParseFloat reads a number as Redis does: decimal, inf or -inf; not NaN, not out of range, no underscore, no space.
func ParseFloat(s string) (float64, bool) {
	if s == "" || strings.ContainsAny(s, "_ \t\n") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if math.IsNaN(f) || err != nil {
		return 0, false
	}
	return f, true
}

// Int returns the i-th argument as an integer, or ErrInt.
func (c *Call) ArgInt(i int) (int64, error) {
	n, ok := ParseInt(c.Args[i])
	if !ok {
		return 0, ErrInt
	}
	return n, nil
}

// ArgFloat returns the i-th argument as a number, or ErrFloat.
func (c *Call) ArgFloat(i int) (float64, error) {
	f, ok := ParseFloat(c.Args[i])
	if !ok {
		return 0, ErrFloat
	}
	return f, nil
}

// Between fails, in Redis's words, unless n is in a range.
func Between(n, low, high int64) error {
	if n < low || n > high {
		return Error(fmt.Sprintf("ERR value is out of range, value must between %d and %d", low, high))
	}
	return nil
}

// Options walks through the arguments that follow the fixed ones.
type Options struct {
	args []string
	at   int
}

// Options returns the arguments from the i-th on.
func (c *Call) Options(i int) *Options { return &Options{c.Args, i} }

// More reports whether there is a further argument.
func (o *Options) More() bool { return o.at < len(o.args) }

// Left is the number of arguments left.
func (o *Options) Left() int { return len(o.args) - o.at }

// Peek returns the next argument in upper case without taking it, or "".
func (o *Options) Peek() string {
	if !o.More() {
		return ""
	}
	return strings.ToUpper(o.args[o.at])
}

// Word takes the next argument, in upper case: the name of an option.
func (o *Options) Word() string {
	o.at++
	return strings.ToUpper(o.args[o.at-1])
}

// Next takes the next argument as it is, or fails with ErrSyntax.
func (o *Options) Next() (string, error) {
	if !o.More() {
		return "", ErrSyntax
	}
	o.at++
	return o.args[o.at-1], nil
}

// Int takes the next argument as an integer.
func (o *Options) Int() (int64, error) {
	s, err := o.Next()
	if err != nil {
		return 0, err
	}
	n, ok := ParseInt(s)
	if !ok {
		return 0, ErrInt
	}
	return n, nil
}

// Float takes the next argument as a number.
func (o *Options) Float() (float64, error) {
	s, err := o.Next()
	if err != nil {
		return 0, err
	}
	f, ok := ParseFloat(s)
	if !ok {
		return 0, ErrFloat
	}
	return f, nil
}

// Rest takes all arguments that are left.
func (o *Options) Rest() []string {
	rest := o.args[o.at:]
	o.at = len(o.args)
	return rest
}

// Window resolves a range of indices of which negative ones count from the end, as LRANGE and GETRANGE have
// it, to [from, to) of n elements.
func Window(start, stop int64, n int) (from, to int) {
	size := int64(n)
	if start < 0 {
		start = max(start+size, 0)
	}
	if stop < 0 {
		stop += size
	}
	stop = min(stop, size-1)
	if start > stop {
		return 0, 0
	}
	return int(start), int(stop) + 1
}
