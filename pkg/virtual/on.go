//go:build faketime

package virtual

// On says that this program runs in virtual time.
const On = true
