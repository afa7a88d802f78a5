//go:build !faketime

package virtual

// On says that this program runs in virtual time.
const On = false

// Time names the clock that this program goes by.
const Time = RealTime
