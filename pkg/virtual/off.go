//go:build !faketime

package virtual

// On reports whether this program runs in virtual time.
const On = false

// Time names this program's clock.
const Time = RealTime
