//go:build faketime

package virtual

// On reports whether this program runs in virtual time.
const On = true

// Time names this program's clock.
const Time = VirtualTime
