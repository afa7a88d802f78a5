package engine

import (
	"math"
	"strings"
)

// Deadline takes the argument of an option EX, PX, EXAT or PXAT and returns the Unix time in ms that it means.
// It fails if that is not positive or out of range.
func (c *Call) Deadline(o *Options, unit string) (int64, error) {
	n, err := o.Int()
	if err != nil {
		return 0, err
	}
	bad := Error("ERR invalid expire time in '" + c.command.full + "' command")
	if n <= 0 {
		return 0, bad
	}
	at, ok := c.At(n, unit)
	if !ok {
		return 0, bad
	}
	return at, nil
}

// At returns the Unix time in ms of a time given in a unit: EX and PX count from now, in seconds and
// milliseconds, EXAT and PXAT from 1970. It reports false if that is out of range.
func (c *Call) At(n int64, unit string) (int64, bool) {
	if !strings.HasPrefix(unit, "P") {
		if n > math.MaxInt64/1000 || n < math.MinInt64/1000 {
			return 0, false
		}
		n *= 1000
	}
	if !strings.HasSuffix(unit, "AT") {
		now := c.Now.UnixMilli()
		if n > math.MaxInt64-now {
			return 0, false
		}
		n += now
	}
	return n, true
}
